import { describe, expect, it } from 'vitest'
import { createLedger } from './create-ledger.ts'
import type { GatewayMovement } from './gateway-books.ts'
import { memoryLedgerStore } from './memory-ledger-store.ts'
import { refundTransfer } from './refund-transfer.ts'
import { sampleEarning } from './testing/index.ts'

const start = '2026-01-01T00:00:00.000Z'
const later = (minutes: number) => new Date(Date.parse(start) + minutes * 60_000).toISOString()

function platform() {
  let minutes = 0
  const store = memoryLedgerStore()
  const ledger = createLedger({ store, clock: () => new Date(later(minutes)) })
  const setMinutes = (to: number) => {
    minutes = to
  }
  return { store, ledger, setMinutes }
}

const moved = (ref: string, amount: bigint, minutes = 0): GatewayMovement => ({
  ...{ ref, amount, currency: 'USD' },
  occurredAt: later(minutes),
})

describe('the gateway’s books with a cut-off', () => {
  const verify = async (movements: readonly GatewayMovement[], until: string | undefined) => {
    const { ledger } = platform()
    await ledger.post(sampleEarning('old'))
    await ledger.post(sampleEarning('edge', { occurredAt: later(59) }))
    await ledger.post(sampleEarning('new', { occurredAt: later(60) }))
    const gatewayBooks = { gateway: 'stripe', movements, ...(until === undefined ? {} : { until }) }
    return (await ledger.verify({ gatewayBooks })).fault
  }
  const both = [moved('pi_old', 1000n), moved('pi_edge', 1000n, 61)]
  const told = [...both, moved('pi_untold', 700n, 75)]

  it('leave out what is later on either side, and take what each puts on another side of it for the same', async () => {
    expect(await verify(told, later(60))).toBeNull()
    expect(await verify([...told, moved('pi_new', 1000n, 60)], later(60))).toBeNull()
  })

  it('are compared whole without one', async () => {
    expect(await verify(told, undefined)).toMatchObject({ row: 'pi_untold', actual: '0 USD' })
    expect(await verify(both, undefined)).toMatchObject({ row: 'pi_new', expected: '0 USD' })
  })

  it.each([
    ['a charge before it that was never booked', [...told, moved('pi_lost', 5n, 59)], 'pi_lost'],
    ['a booking before it that the gateway does not know', told.slice(1), 'pi_old'],
    ['a cent before it', [moved('pi_old', 999n), ...told.slice(1)], 'pi_old'],
    [
      'a movement before it beside a late one of the same id',
      [...told, moved('pi_old', -3n, 3), moved('pi_old', -4n, 70)],
      'pi_old',
    ],
  ])('name %s', async (_name, movements, row) => {
    expect(await verify(movements, later(60))).toMatchObject({ check: 'gateway_movement', row })
  })

  it('pass over a late part of what is right before it', async () => {
    expect(await verify([...told, moved('pi_old', -400n, 60)], later(60))).toBeNull()
  })

  it.each([
    ['gatewayBooks', null],
    ['gatewayBooks.gateway', { gateway: '', movements: [] }],
    ['gatewayBooks.movements', { gateway: 'stripe', movements: null }],
    ['gatewayBooks.movements', { gateway: 'stripe', movements: [null] }],
    ['gatewayBooks.until', { gateway: 'stripe', movements: [], until: 'yesterday' }],
    ['gatewayBooks.movements.amount', { gateway: 'stripe', movements: [{ ...moved('x', 1n), amount: 1 }] }],
    [
      'gatewayBooks.movements.currency',
      { gateway: 'stripe', movements: [{ ...moved('x', 1n), currency: 'XYZ' }] },
    ],
    [
      'gatewayBooks.movements.occurredAt',
      { gateway: 'stripe', until: start, movements: [{ ref: 'x', amount: 1n, currency: 'USD' }] },
    ],
  ])('are refused by their field: %s', async (field, gatewayBooks) => {
    const { ledger } = platform()
    await expect(ledger.verify({ gatewayBooks: gatewayBooks as never })).rejects.toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    )
  })
})

describe('a reversal', () => {
  const reversed = async (gatewayRef?: string) => {
    const { ledger } = platform()
    await ledger.post(sampleEarning('t1'))
    await ledger.reverse('completion:t1', gatewayRef === undefined ? {} : { gatewayRef })
    return async (...movements: GatewayMovement[]) =>
      (await ledger.verify({ gatewayBooks: { gateway: 'stripe', movements } })).fault?.row ?? null
  }

  it('of what the gateway never moved is nothing to its books, and a fault to those that have it', async () => {
    const fault = await reversed()
    expect(await fault()).toBeNull()
    expect(await fault(moved('pi_t1', 1000n))).toBe('pi_t1')
  })

  it('that the gateway made under an id of its own is in its books, as is what it took back', async () => {
    const fault = await reversed('back_1')
    expect(await fault()).not.toBeNull()
    expect(await fault(moved('pi_t1', 1000n))).toBe('back_1')
    expect(await fault(moved('pi_t1', 1000n), moved('back_1', -1000n))).toBeNull()
  })
})

it('compares a batch of payouts under one reference of the bank by its sum', async () => {
  const { ledger } = platform()
  for (const creatorId of ['ava', 'noa']) {
    await ledger.post(sampleEarning(creatorId, { creatorId, availableAt: start }))
    await ledger.payout({ key: `payout:${creatorId}`, creatorId, currency: 'USD' })
    const batch = { id: 'bank', ref: 'batch_1' }
    expect(await ledger.completePayout(`payout:${creatorId}`, batch)).toMatchObject({ outcome: 'posted' })
    expect(await ledger.completePayout(`payout:${creatorId}`, batch)).toMatchObject({ outcome: 'exists' })
  }
  const told = (amount: bigint) => ({ gateway: 'bank', movements: [moved('batch_1', amount)] })
  expect(await ledger.verify({ gatewayBooks: told(-1700n) })).toMatchObject({ ok: true })
  expect(await ledger.verify({ gatewayBooks: told(-850n) })).toMatchObject({ fault: { row: 'batch_1' } })
})

describe('a seal', () => {
  it('is of what was booked until an hour ago, and stays true while more is booked', async () => {
    const { ledger, setMinutes } = platform()
    await ledger.post(sampleEarning('t1'))
    expect((await ledger.verify()).seal).toEqual({ before: later(-60), transfers: 0, digest: '' })
    setMinutes(61)
    await ledger.post(sampleEarning('t2'))
    const { seal } = await ledger.verify()
    expect(seal).toMatchObject({
      before: later(1),
      transfers: 1,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    setMinutes(600)
    await ledger.post(sampleEarning('t3'))
    const next = await ledger.verify({ seal: seal ?? never() })
    expect(next).toMatchObject({ ok: true, seal: { transfers: 2 } })
    expect(next.seal?.digest).not.toBe(seal?.digest)
  })

  it('shows that transfers are gone which right books have no trace of', async () => {
    const { ledger, setMinutes } = platform()
    for (const id of ['t1', 't2']) await ledger.post(sampleEarning(id))
    setMinutes(90)
    const { seal } = await ledger.verify()
    const rewritten = createLedger({ store: memoryLedgerStore(), clock: () => new Date(start) })
    await rewritten.post(sampleEarning('t1'))
    expect(await rewritten.verify()).toMatchObject({ ok: true })
    expect(await rewritten.verify({ seal: seal ?? never() })).toMatchObject({
      ...{ ok: false, seal: null },
      fault: { check: 'sealed_transfers', row: later(30), actual: expect.stringMatching(/^1 transfers/) },
    })
  })

  it.each([
    ['seal', null],
    ['seal.before', { before: 'then', transfers: 0, digest: '' }],
    ['seal.transfers', { before: start, transfers: -1, digest: '' }],
    ['seal.digest', { before: start, transfers: 0, digest: 5 }],
  ])('is refused by its field: %s', async (field, seal) => {
    await expect(platform().ledger.verify({ seal: seal as never })).rejects.toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    )
  })
})

describe('a payment', () => {
  const refund = (id: string, refundedBefore: bigint, mayExceed = false, reference?: string) => {
    const { reference: _, ...anonymous } = sampleEarning('t1')
    return refundTransfer(reference === undefined ? anonymous : { ...anonymous, reference }, {
      ...{ key: `refund:${id}`, amount: 1000n, refundedBefore, mayExceed, occurredAt: start },
      gateway: { id: 'stripe', ref: `re_${id}` },
    })
  }
  const posted = async (reference?: string) => {
    const { ledger } = platform()
    const { reference: _, ...anonymous } = sampleEarning('t1')
    await ledger.post(reference === undefined ? anonymous : { ...anonymous, reference })
    await ledger.post(refund('1', 0n, false, reference))
    return ledger
  }

  it.each([
    ['tip:t1', 'tip:t1'],
    [undefined, 'completion:t1'],
  ])(
    'of reference %s that was given back three times over is named, until two are taken back',
    async (reference, row) => {
      const ledger = await posted(reference)
      expect(await ledger.verify()).toMatchObject({ ok: true })
      for (const id of ['2', '3']) await ledger.post(refund(id, 0n, false, reference))
      const fault = { check: 'payment_return', row, expected: 'at most 1000 USD of ava', actual: '3000 USD' }
      expect(await ledger.verify()).toMatchObject({ ok: false, fault })
      for (const id of ['2', '3']) await ledger.reverse(`refund:${id}`)
      expect(await ledger.verify()).toMatchObject({ ok: true })
    },
  )

  it('that the gateway gave back twice is the platform’s loss, and no fault', async () => {
    const ledger = await posted('tip:t1')
    await ledger.post(refund('2', 1000n, true, 'tip:t1'))
    expect(await ledger.verify()).toMatchObject({ ok: true })
  })

  it('that is not there cannot have been given back', async () => {
    const { ledger } = platform()
    await ledger.post(refund('1', 0n, false, 'tip:t1'))
    expect((await ledger.verify()).fault).toMatchObject({
      check: 'payment_return',
      expected: 'at most 0 USD of ava',
    })
  })
})

function never(): never {
  throw new Error('there is no seal')
}
