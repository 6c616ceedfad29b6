import { describe, expect, it } from 'vitest'
import { createLedger } from './create-ledger.ts'
import { memoryLedgerStore } from './memory-ledger-store.ts'
import { disputeTransfer, refundTransfer } from './refund-transfer.ts'
import { sampleEarning } from './testing/index.ts'

const day = 86_400_000

function platform() {
  let time = Date.parse('2026-01-01T00:00:00.000Z')
  const store = memoryLedgerStore()
  const ledger = createLedger({ store, clock: () => new Date(time) })
  const advance = (days: number) => {
    time += days * day
  }
  return { store, ledger, advance }
}

const refund = (id: string, amount: bigint) =>
  refundTransfer(sampleEarning(id), {
    key: `refund:${id}`,
    amount,
    refundedBefore: 0n,
    gateway: { id: 'stripe', ref: `re_${id}` },
    occurredAt: '2026-01-02T00:00:00Z',
  })
const dispute = (id: string) =>
  disputeTransfer(sampleEarning(id), {
    key: `dispute:${id}`,
    amount: 1000n,
    refundedBefore: 0n,
    gateway: { id: 'stripe', ref: `dp_${id}` },
    occurredAt: '2026-01-02T00:00:00Z',
    disputeFee: { amount: 1500n, currency: 'USD' },
  })
const coded = (code: string) => expect.objectContaining({ code })

describe('a ledger', () => {
  it('books once, and says when a key or a gateway’s movement is taken', async () => {
    const { ledger } = platform()
    expect(await ledger.post(sampleEarning('t1'))).toMatchObject({ outcome: 'posted' })
    expect(await ledger.post(sampleEarning('t1'))).toMatchObject({ outcome: 'exists' })
    await expect(ledger.post({ ...sampleEarning('t2'), key: 'completion:t1' })).rejects.toThrow(
      'completion:t1 is in the books with other content',
    )
    await expect(ledger.post({ ...sampleEarning('t1'), key: 'again' })).rejects.toThrow(
      'stripe pi_t1 is in the books already, as completion:t1',
    )
  })

  it('refuses what has a verb of its own, and what is malformed, without troubling others', async () => {
    const { ledger } = platform()
    const good = ledger.post(sampleEarning('t1'))
    await expect(ledger.post({ ...sampleEarning('t2'), kind: 'payout' })).rejects.toThrow(
      coded('invalid_input'),
    )
    await expect(ledger.post({ ...sampleEarning('t2'), reverses: 'x' })).rejects.toThrow(
      coded('invalid_input'),
    )
    await expect(ledger.post({ ...sampleEarning('t2'), entries: [] })).rejects.toThrow(coded('invalid_input'))
    expect(await good).toMatchObject({ outcome: 'posted' })
  })

  it('shows a creator’s money through hold, refund, dispute and payout', async () => {
    const { ledger, advance } = platform()
    const balance = async () => (await ledger.balances('ava'))[0]
    await Promise.all(['t1', 't2', 't3'].map((id) => ledger.post(sampleEarning(id))))
    await ledger.post(refund('t2', 500n))
    await ledger.post(dispute('t3'))
    const soFar = { gross: 3000n, fee: 450n, net: 2550n, refunded: 425n, disputed: 850n, adjusted: 0n }
    const empty = { reserved: 0n, inTransit: 0n, paidOut: 0n }
    expect(await balance()).toEqual({ currency: 'USD', ...soFar, ...empty, pending: 1275n, available: 0n })

    advance(7)
    const matured = { currency: 'USD', ...soFar, ...empty, pending: 0n, available: 1275n }
    expect(await balance()).toEqual(matured)
    expect(await ledger.mature()).toEqual({ holds: 5 })
    expect(await balance()).toEqual(matured)

    expect(
      await ledger.payout({ key: 'p1', creatorId: 'ava', currency: 'USD', amount: 1000n }),
    ).toMatchObject({
      outcome: 'posted',
    })
    expect(await balance()).toMatchObject({ available: 275n, inTransit: 1000n, paidOut: 0n })
    await ledger.completePayout('p1', { id: 'stripe', ref: 'po_1' })
    expect(await balance()).toMatchObject({ available: 275n, inTransit: 0n, paidOut: 1000n })

    await ledger.post(refund('t1', 1000n))
    expect(await balance()).toMatchObject({ pending: 0n, available: -575n, refunded: 1275n })
    await ledger.reverse('dispute:t3', { gatewayRef: 'won_1' })
    expect(await balance()).toMatchObject({ available: 275n, disputed: 0n })
    const fees = { account: 'dispute_fees', owner: 'stripe', currency: 'USD' } as const
    expect(await ledger.balance(fees)).toBe(0n)
    expect(await ledger.verify()).toMatchObject({ ok: true, fault: null })
  })

  it('takes no payout for sent, or for sent back, without who moved it', async () => {
    const { ledger, advance } = platform()
    await ledger.post(sampleEarning('t1'))
    advance(7)
    await ledger.payout({ key: 'p1', creatorId: 'ava', currency: 'USD' })
    for (const gateway of [undefined, null, {}, 'stripe', { id: 'stripe' }, { id: 'stripe', ref: '' }]) {
      const given = gateway as never
      await expect(ledger.completePayout('p1', given)).rejects.toThrow(coded('invalid_input'))
      await expect(ledger.returnPayout('p1', given)).rejects.toThrow(coded('invalid_input'))
    }
    expect((await ledger.balances('ava'))[0]).toMatchObject({ available: 0n, inTransit: 850n })
  })

  it('lets a payout be sent or fail, never both, and come back only after it was sent', async () => {
    const { ledger, advance } = platform()
    await ledger.post(sampleEarning('t1'))
    advance(7)
    const payout = (key: string) => ledger.payout({ key, creatorId: 'ava', currency: 'USD' })
    const sent = { id: 'stripe', ref: 'po_1' }
    const available = async () => (await ledger.balances('ava'))[0]?.available
    await payout('p1')
    await expect(ledger.returnPayout('p1', sent)).rejects.toThrow(coded('conflict'))
    expect(await ledger.failPayout('p1')).toMatchObject({ outcome: 'posted' })
    expect(await ledger.failPayout('p1')).toMatchObject({ outcome: 'exists' })
    await expect(ledger.completePayout('p1', sent)).rejects.toThrow(coded('conflict'))
    expect(await available()).toBe(850n)

    await payout('p2')
    const both = await Promise.allSettled([ledger.completePayout('p2', sent), ledger.failPayout('p2')])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await ledger.returnPayout('p2', { id: 'stripe', ref: 'back_1' })
    expect((await ledger.balances('ava'))[0]).toMatchObject({ available: 850n, inTransit: 0n, paidOut: 0n })
    await expect(ledger.completePayout('nothing', sent)).rejects.toThrow(coded('not_found'))
    await expect(ledger.failPayout('completion:t1')).rejects.toThrow(coded('not_found'))
    expect(await payout('p3')).toMatchObject({ outcome: 'posted' })
    expect(await payout('p4')).toEqual({ outcome: 'insufficient', available: 0n })
    for (const amount of [0n, -1n, 850, '850', null, 10n ** 16n]) {
      const input = { key: 'p5', creatorId: 'ava', currency: 'USD', amount: amount as bigint }
      await expect(ledger.payout(input)).rejects.toThrow(expect.objectContaining({ field: 'amount' }))
    }
  })

  it('reverses once, and only what is there', async () => {
    const { ledger } = platform()
    await ledger.post(sampleEarning('t1'))
    const results = await Promise.all([ledger.reverse('completion:t1'), ledger.reverse('completion:t1')])
    expect(results.map(({ outcome }) => outcome)).toEqual(['posted', 'exists'])
    await expect(ledger.reverse('reversal:completion:t1')).rejects.toThrow(coded('conflict'))
    await expect(ledger.reverse('nothing')).rejects.toThrow(coded('not_found'))
  })

  it('pages entries by cursor, and refuses a cursor that it did not make', async () => {
    const { ledger, advance } = platform()
    for (const id of ['t1', 't2', 't3']) {
      await ledger.post(sampleEarning(id))
      advance(1)
    }
    const query = { owner: 'ava', accounts: ['creator_pending'], limit: 2 } as const
    const first = await ledger.listEntries(query)
    const second = await ledger.listEntries({ ...query, cursor: first.nextCursor ?? '' })
    expect(first.items.map(({ reference }) => reference)).toEqual(['tip:t3', 'tip:t2'])
    expect(second.items.map(({ reference }) => reference)).toEqual(['tip:t1'])
    expect(second.nextCursor).toBeNull()
    for (const cursor of [
      '',
      'a*b',
      `${first.nextCursor}=`,
      btoa('[1]'),
      btoa('[9e15,1,1]'),
      btoa('[1,-1,1]'),
    ]) {
      await expect(ledger.listEntries({ ...query, cursor })).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_input', field: 'cursor' }),
      )
    }
    await expect(ledger.listEntries({ owner: 'ava', limit: 501 })).rejects.toThrow(coded('invalid_input'))
  })

  it.each([
    ['store', { store: null }],
    ['batching.maxSize', { store: memoryLedgerStore(), batching: { maxSize: 0 } }],
    ['clock', { store: memoryLedgerStore(), clock: 5 }],
  ])('refuses a wrong %s', (field, options) => {
    expect(() => createLedger(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    )
  })
})

describe('verify', () => {
  const movements = () => [
    { ref: 'pi_t1', amount: 1000n, currency: 'USD' },
    { ref: 'pi_t2', amount: 1000n, currency: 'USD' },
    { ref: 're_t1', amount: -400n, currency: 'USD' },
    { ref: 'dp_t2', amount: -1000n, currency: 'USD' },
    { ref: 'dp_t2', amount: -1500n, currency: 'USD' },
  ]
  const booked = async () => {
    const { ledger } = platform()
    for (const transfer of [sampleEarning('t1'), sampleEarning('t2'), refund('t1', 400n), dispute('t2')]) {
      await ledger.post(transfer)
    }
    return ledger
  }

  it('proves the books against the gateway’s, in whatever order and parts it tells them', async () => {
    const ledger = await booked()
    async function* stream() {
      yield* movements().reverse()
    }
    for (const told of [movements(), stream()]) {
      expect(await ledger.verify({ gatewayBooks: { gateway: 'stripe', movements: told } })).toEqual({
        ok: true,
        transfers: 4,
        entries: 14,
        fault: null,
        seal: expect.objectContaining({ transfers: 0 }),
      })
    }
  })

  it.each([
    [
      'a charge that was never booked',
      [...movements(), { ref: 'pi_t9', amount: 5n, currency: 'USD' }],
      'pi_t9',
      '5 USD',
      '0 USD',
    ],
    ['a charge that the gateway does not know', movements().slice(1), 'pi_t1', '0 USD', '1000 USD'],
    [
      'a cent',
      [{ ref: 'pi_t1', amount: 1001n, currency: 'USD' }, ...movements().slice(1)],
      'pi_t1',
      '1001 USD',
      '1000 USD',
    ],
    [
      'another currency',
      [{ ref: 'pi_t1', amount: 1000n, currency: 'EUR' }, ...movements().slice(1)],
      'pi_t1',
      '1000 EUR',
      '0 EUR',
    ],
  ])('names %s', async (_name, told, row, expected, actual) => {
    const ledger = await booked()
    expect(await ledger.verify({ gatewayBooks: { gateway: 'stripe', movements: told } })).toMatchObject({
      ok: false,
      fault: { check: 'gateway_movement', row, expected, actual },
    })
  })

  it('names money of a gateway that was booked without the gateway’s id of it', async () => {
    const ledger = await booked()
    const { gateway: _, ...anonymous } = sampleEarning('t5')
    await ledger.post(anonymous)
    const { fault } = await ledger.verify({ gatewayBooks: { gateway: 'stripe', movements: movements() } })
    expect(fault).toMatchObject({ check: 'gateway_movement', row: 'completion:t5' })
  })
})
