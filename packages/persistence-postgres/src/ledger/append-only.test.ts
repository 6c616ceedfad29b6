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
      `update ledger_holds set available_at = '2000-01-01'`,
      'update ledger_balances set amount = amount + 1',
      'truncate ledger_holds',
      'truncate ledger_balances',
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

  describe('entries', () => {
    const columns = '(transfer, position, account, owner, currency, amount, recorded_at)'
    const pair = (transfer: string, account = 'suspense') =>
      `insert into ledger_entries ${columns} values
        (${transfer}, 7, '${account}', 'ava', 'USD', 5, now()), (${transfer}, 8, 'suspense', 'stripe', 'USD', -5, now())`
    const added = `(select seq from ledger_transfers where key = 'new')`
    const insertNew = `insert into ledger_transfers (key, kind, occurred_at, recorded_at) values ('new', 'adjustment', now(), now())`
    const inOne = (...statements: string[]) => sql(`do $$ begin ${statements.join('; ')}; end $$`)

    it('are refused for a transfer of another transaction, with whatever balance they come', async () => {
      const balance = `insert into ledger_balances values ('ava', 'creator_available', 'USD', 'earning', 5)`
      for (const key of ['completion:b', 'reversal:completion:a']) {
        const old = `(select seq from ledger_transfers where key = '${key}')`
        await expect(inOne(pair(old, 'creator_available'), balance)).rejects.toThrow(
          'not of this transaction',
        )
      }
      await expect(sql(pair('99999'))).rejects.toThrow('not of this transaction')
      expect(await ledger.verify()).toMatchObject({ ok: true, entries: 12 })
    })

    it('are refused within a batch that has transfers of its own', async () => {
      const old = `(select seq from ledger_transfers where key = 'completion:b')`
      const both = `insert into ledger_entries ${columns} select seq, n.*, now() from ledger_transfers
        cross join (values (7::smallint, 'suspense', 'x', 'USD', 1), (8, 'suspense', 'y', 'USD', -1)) n`
      await expect(inOne(insertNew, both)).rejects.toThrow('not of this transaction')
      await expect(inOne(insertNew, pair(added), pair(old))).rejects.toThrow('not of this transaction')
      expect(await ledger.get('new')).toBeNull()
    })

    it('may come after their transfer, and from within savepoints on either side', async () => {
      const savepoint = (statement: string) =>
        `begin ${statement}; exception when division_by_zero then null; end`
      for (const statements of [
        [insertNew, pair(added)],
        [savepoint(insertNew), pair(added)],
        [insertNew, savepoint(pair(added))],
        [savepoint(insertNew), savepoint('perform 1'), savepoint(pair(added))],
      ]) {
        await expect(inOne(...statements, 'perform 1 / 0')).rejects.toThrow('division by zero')
        expect(await ledger.get('new')).toBeNull()
      }
      await inOne(savepoint(insertNew), savepoint(pair(added)))
      expect((await ledger.get('new'))?.entries).toHaveLength(2)
      await expect(sql(pair(added).replaceAll(/[78],/g, (digit) => `1${digit}`))).rejects.toThrow(
        'not of this',
      )
    })
  })

  describe('verify', () => {
    /** As somebody would who owns the tables. */
    const tamper = async (statement: string) => {
      for (const table of ['ledger_transfers', 'ledger_entries', 'ledger_holds', 'ledger_balances']) {
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
      [
        'a hold whose time somebody brought forward',
        `update ledger_holds set available_at = '2026-01-02T00:00:00.5Z' where ctid = (select min(ctid) from ledger_holds where amount > 0)`,
        {
          check: 'hold',
          row: 'creator_pending:ava:USD 2026-01-02T00:00:00.500Z',
          expected: 'at most 0 of 850',
          actual: '1 of 850',
        },
      ],
      [
        'holds of other amounts with the same sum',
        `update ledger_holds set amount = case when amount < 0 then amount - 3 else amount + 1 end`,
        { check: 'hold', expected: 'at most 0 of -853', actual: '1 of -853' },
      ],
    ])('names %s', async (_name, statement, fault) => {
      await tamper(statement)
      const verification = await ledger.verify()
      expect(verification).toMatchObject({ ok: false, fault })
    })
  })
})
