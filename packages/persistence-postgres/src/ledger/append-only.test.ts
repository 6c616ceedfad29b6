import { createLedger } from '@stagedoor/ledger'
import { sampleEarning } from '@stagedoor/ledger/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { quoteIdentifier } from '../postgres-pool.ts'
import { freshLedger } from './fresh-ledger.fixture.ts'

const at = '2026-01-01T00:00:00.000Z'

describeOnEachDatabase((_, pool) => {
  let tables: string
  let ledger: ReturnType<typeof createLedger>
  const sql = (text: string) =>
    pool().query(
      text.replaceAll(/\bledger_\w+/g, (name) => `${tables}.${name}`),
      [],
    )
  beforeEach(async () => {
    const { schema, store } = await freshLedger(pool())
    tables = quoteIdentifier(schema)
    ledger = createLedger({ store, clock: () => new Date(at) })
    for (const id of ['a', 'b', 'c']) await ledger.post(sampleEarning(id))
    await ledger.reverse('completion:a')
  })

  describe('the database', () => {
    it.each([
      'update ledger_transfers set kind = kind',
      'update ledger_entries set amount = amount + 1',
      'delete from ledger_entries where amount > 0',
      'delete from ledger_transfers',
      'truncate ledger_entries',
      'truncate ledger_transfers',
    ])('refuses: %s', async (statement) => {
      await expect(sql(statement)).rejects.toThrow('the ledger is append-only')
      expect(await ledger.verify()).toMatchObject({ ok: true, transfers: 4, entries: 12 })
    })

    it('refuses entries that do not sum to zero, also of two currencies that do together', async () => {
      const line = (currency: string, amount: number, position: number) =>
        `(1, ${position}, 'suspense', 'stripe', '${currency}', ${amount}, now())`
      const insert = (lines: string) =>
        sql(
          `insert into ledger_entries (transfer, position, account, owner, currency, amount, recorded_at) values ${lines}`,
        )
      await expect(insert(line('USD', 1, 7))).rejects.toThrow('sums to 1 USD')
      await expect(insert(`${line('USD', 1, 7)}, ${line('EUR', -1, 8)}`)).rejects.toThrow('not to zero')
      expect(await ledger.verify()).toMatchObject({ ok: true })
    })
  })

  describe('verify', () => {
    /** As somebody would who owns the tables. */
    const tamper = async (statement: string) => {
      for (const table of ['ledger_transfers', 'ledger_entries']) {
        await sql(`alter table ${table} disable trigger user`)
      }
      await sql(statement)
    }
    const ofKey = (key: string) => `transfer = (select seq from ledger_transfers where key = '${key}')`

    it.each([
      [
        'a changed amount',
        `update ledger_entries set amount = 851 where position = 1 and ${ofKey('completion:b')}`,
        { check: 'transfer_sum', row: 'completion:b', expected: '0 USD', actual: '1 USD' },
      ],
      [
        'the first of two that are wrong',
        `update ledger_entries set amount = amount + 1 where position = 0`,
        { check: 'transfer_sum', row: 'completion:a', actual: '1 USD' },
      ],
      [
        'a transfer whose entries are gone',
        `delete from ledger_entries where ${ofKey('completion:c')}`,
        { check: 'transfer_sum', row: 'completion:c', expected: '2 entries', actual: '0' },
      ],
      [
        'a reversal of something else',
        `update ledger_transfers set reverses = 'completion:x' where reverses is not null`,
        { check: 'reversal_mirror', row: 'reversal:completion:a', expected: 'a transfer completion:x' },
      ],
      [
        'a reversal that was bent, and still sums to zero',
        `update ledger_entries set owner = 'noa' where owner = 'ava' and ${ofKey('reversal:completion:a')}`,
        { check: 'reversal_mirror', row: 'reversal:completion:a' },
      ],
      [
        'money that moved to another creator',
        `update ledger_entries set owner = 'noa' where position = 1 and ${ofKey('completion:b')}`,
        { check: 'account_total', row: 'creator_pending:ava:USD earning', expected: '850', actual: '1700' },
      ],
      [
        'a transfer that is gone, its entries left behind',
        `delete from ledger_transfers where key = 'completion:b'`,
        { check: 'account_total', row: 'creator_pending:ava:USD earning', expected: '850', actual: '1700' },
      ],
      [
        'a balance that somebody raised',
        `insert into ledger_balances values ('ava', 'creator_available', 'USD', 'maturity', 5)`,
        { check: 'account_total', row: 'creator_available:ava:USD maturity', expected: '0', actual: '5' },
      ],
      [
        'a hold that was lost',
        `delete from ledger_holds where amount < 0`,
        { check: 'held_account', row: 'creator_pending:ava:USD', expected: '1700', actual: '2550' },
      ],
    ])('names %s', async (_name, statement, fault) => {
      await tamper(statement)
      const verification = await ledger.verify()
      expect(verification).toMatchObject({ ok: false, fault })
    })
  })
})
