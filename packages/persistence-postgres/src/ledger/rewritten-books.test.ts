import { createLedger, refundTransfer, type Verification } from '@stagedoor/ledger'
import { sampleEarning } from '@stagedoor/ledger/testing'
import { beforeEach, expect, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { quoteIdentifier } from '../postgres-pool.ts'
import { freshLedger } from './fresh-ledger.fixture.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')
const later = (hours: number) => new Date(start + hours * 3_600_000)

/** What its owner can do to the tables, so that they are right in themselves, or nearly. */
describeOnEachDatabase((_, pool) => {
  let tables: string
  let ledger: ReturnType<typeof createLedger>
  let now: Date
  const sql = async (...statements: readonly string[]) => {
    for (const text of statements) {
      await pool().query(
        text.replaceAll(/\bledger_\w+/g, (name) => `${tables}.${name}`),
        [],
      )
    }
  }
  const seqsOf = (...keys: readonly string[]) =>
    `(select seq from ledger_transfers where key in (${keys.map((key) => `'${key}'`).join()}))`
  /** Takes transfers away with all that came with them. */
  const erase = (...keys: readonly string[]) =>
    sql(
      ...['transfers', 'entries', 'holds', 'balances'].map(
        (name) => `alter table ledger_${name} disable trigger user`,
      ),
      `delete from ledger_entries where transfer in ${seqsOf(...keys)}`,
      `delete from ledger_transfers where seq in ${seqsOf(...keys)}`,
      'delete from ledger_balances',
      `insert into ledger_balances (owner, account, currency, kind, amount)
        select e.owner, e.account, e.currency, t.kind, sum(e.amount)::bigint
        from ledger_entries e join ledger_transfers t on t.seq = e.transfer group by 1, 2, 3, 4`,
    )

  beforeEach(async () => {
    const { schema, store } = await freshLedger(pool())
    tables = quoteIdentifier(schema)
    now = later(0)
    ledger = createLedger({ store, clock: () => now })
    const availableAt = now.toISOString()
    for (const id of ['a', 'b']) await ledger.post(sampleEarning(id, { availableAt }))
    await ledger.post(sampleEarning('held', { availableAt: later(48).toISOString() }))
    await ledger.mature()
    const payout = { creatorId: 'ava', currency: 'USD', amount: 850n }
    await ledger.payout({ ...payout, key: 'p1' })
    await ledger.completePayout('p1', { id: 'bank', ref: 'batch_1' })
    await ledger.payout({ ...payout, key: 'p2' })
  })

  const gone: Record<string, [keys: readonly string[], fault: Verification['fault'] | object]> = {
    'a payout whose end is there': [
      ['p1'],
      { check: 'payout_settlement', row: 'p1:settled', actual: 'none' },
    ],
    'an earning that has matured': [
      ['completion:a'],
      { check: 'held_account', expected: '0', actual: '850' },
    ],
  }
  it.each(Object.entries(gone))('verify names the trace of %s', async (_name, [keys, fault]) => {
    expect(await ledger.verify()).toMatchObject({ ok: true })
    await erase(...keys)
    expect(await ledger.verify()).toMatchObject({ ok: false, fault })
  })

  it.each([
    ['any time', '2026-01-01T00:00:01Z', { check: 'hold', expected: 'at most 0 of 850' }],
    ['that of one that has matured', '2026-01-01T00:00:00Z', { check: 'early_maturity', actual: '1700' }],
  ])(
    'verify names a hold that was brought forward to %s, also once it has matured',
    async (_name, to, fault) => {
      await sql(
        'alter table ledger_holds disable trigger user',
        `update ledger_holds set available_at = '${to}'`,
      )
      expect((await ledger.verify()).fault).toMatchObject(fault)
      now = later(1)
      await ledger.mature()
      const matured = (await ledger.verify()).fault
      expect(matured).toMatchObject({ check: 'early_maturity', expected: 'at most 0', actual: '850' })
      expect(matured?.row).toMatch(/^maturity:/)
    },
  )

  it.each([
    ['a payout that has not ended', ['p2']],
    ['a payout with its end', ['p1', 'p1:settled']],
  ])('a seal shows that %s is gone, of which the books have no trace', async (_name, keys) => {
    now = later(2)
    const { seal } = await ledger.verify()
    expect(seal).toMatchObject({ before: later(1).toISOString(), transfers: 7 })
    expect(await ledger.verify(seal ? { seal } : {})).toMatchObject({ ok: true })
    await erase(...keys)
    expect(await ledger.verify()).toMatchObject({ ok: true })
    const { fault } = await ledger.verify(seal ? { seal } : {})
    expect(fault).toMatchObject({ check: 'sealed_transfers', row: seal?.before })
  })

  it.each([
    `update ledger_transfers set reference = 'tip:x' where key = 'completion:a'`,
    `update ledger_entries set available_at = available_at + interval '1 ms' where available_at is not null`,
    `update ledger_entries set position = position + 10`,
  ])('a seal shows what was changed: %s', async (statement) => {
    now = later(2)
    const { seal } = await ledger.verify()
    await erase('nothing')
    await sql(statement)
    const { fault } = await ledger.verify(seal ? { seal } : {})
    expect(fault).not.toBeNull()
    if (!statement.includes('available_at')) expect(fault?.check).toBe('sealed_transfers')
  })

  it('the bank’s books show a payout that is gone with its end', async () => {
    const gatewayBooks = { gateway: 'bank', movements: [{ ref: 'batch_1', amount: -850n, currency: 'USD' }] }
    expect(await ledger.verify({ gatewayBooks })).toMatchObject({ ok: true })
    await erase('p1', 'p1:settled')
    expect(await ledger.verify({ gatewayBooks })).toMatchObject({
      fault: { check: 'gateway_movement', row: 'batch_1' },
    })
  })

  it('verify misses an earning that is gone at its refund', async () => {
    const refund = { key: 'refund:r', amount: 1000n, refundedBefore: 0n, occurredAt: now.toISOString() }
    const earning = sampleEarning('held', { availableAt: later(48).toISOString() })
    await ledger.post(refundTransfer(earning, { ...refund, gateway: { id: 'stripe', ref: 're_1' } }))
    expect(await ledger.verify()).toMatchObject({ ok: true })
    await erase('completion:held')
    await sql('delete from ledger_holds where amount > 0')
    expect(await ledger.verify()).toMatchObject({ fault: { check: 'payment_return', row: 'tip:held' } })
  })
})
