import { describe, expect, it } from 'vitest'
import { createLedger } from './create-ledger.ts'
import { earningTransfer } from './earning-transfer.ts'
import type { Ledger } from './ledger.ts'
import { memoryLedgerStore } from './memory-ledger-store.ts'
import { disputeTransfer, refundTransfer } from './refund-transfer.ts'
import { splitFee, splitRefund } from './split.ts'
import { sampleEarning } from './testing/index.ts'

const refused = (field: string) =>
  expect.objectContaining({ name: 'LedgerError', code: 'invalid_input', field })
const earning = sampleEarning('t1')
const gateway = { id: 'stripe', ref: 're_1' }

describe('what is no input', () => {
  it.each<[string, string, (ledger: Ledger, nothing: never) => unknown]>([
    ['post', 'transfer', (ledger, nothing) => ledger.post(nothing)],
    ['post of entries', 'entries', (ledger, nothing) => ledger.post({ ...earning, entries: nothing })],
    [
      'post of an entry',
      'entries.1',
      (ledger, nothing) => ledger.post({ ...earning, entries: [earning.entries[0] as never, nothing] }),
    ],
    ['payout', 'payout', (ledger, nothing) => ledger.payout(nothing)],
    ['reverse', 'key', (ledger, nothing) => ledger.reverse(nothing)],
    ['get', 'key', (ledger, nothing) => ledger.get(nothing)],
    ['balances', 'creatorId', (ledger, nothing) => ledger.balances(nothing)],
    ['balance', 'account', (ledger, nothing) => ledger.balance(nothing)],
    ['listEntries', 'query', (ledger, nothing) => ledger.listEntries(nothing)],
    ['completePayout', 'key', (ledger, nothing) => ledger.completePayout(nothing, gateway)],
    ['failPayout', 'key', (ledger, nothing) => ledger.failPayout(nothing)],
    ['returnPayout', 'key', (ledger, nothing) => ledger.returnPayout(nothing, gateway)],
    ['statement', 'query', (ledger, nothing) => ledger.statement(nothing)[Symbol.asyncIterator]().next()],
  ])('is refused by %s, naming %s', async (_name, field, call) => {
    const ledger = createLedger({ store: memoryLedgerStore() })
    for (const nothing of [null, undefined]) {
      await expect(async () => call(ledger, nothing as never)).rejects.toThrow(refused(field))
    }
  })

  it.each<[string, (ledger: Ledger) => unknown]>([
    ['mature', (ledger) => ledger.mature(null as never)],
    ['takeSnapshots', (ledger) => ledger.takeSnapshots(null as never)],
    ['verify', (ledger) => ledger.verify(null as never)],
    ['reverse', (ledger) => ledger.reverse('key', null as never)],
  ])('is refused as options of %s', async (_name, call) => {
    const ledger = createLedger({ store: memoryLedgerStore() })
    await expect(async () => call(ledger)).rejects.toThrow(refused('options'))
  })

  const input = { key: 'k', gateway, occurredAt: '2026-01-01T00:00:00.000Z', amount: 1n, refundedBefore: 0n }
  const paid = {
    ...input,
    creatorId: 'ava',
    paid: { amount: 1n, currency: 'USD' },
    feeBps: 1,
    availableAt: '',
  }
  it.each<[string, () => unknown]>([
    ['earning', () => earningTransfer(null as never)],
    ['paid', () => earningTransfer({ ...paid, paid: null as never })],
    ['paid.amount', () => earningTransfer({ ...paid, paid: { amount: 5 as never, currency: 'USD' } })],
    ['gateway', () => earningTransfer({ ...paid, gateway: null as never })],
    ['reserve', () => earningTransfer({ ...paid, reserve: null as never })],
    ['reserve.bps', () => earningTransfer({ ...paid, reserve: { bps: 1.5, availableAt: '' } })],
    ['earning', () => refundTransfer(null as never, input)],
    ['refund', () => refundTransfer(earning, null as never)],
    ['amount', () => refundTransfer(earning, { ...input, amount: 1 as never })],
    ['refundedBefore', () => refundTransfer(earning, { ...input, refundedBefore: undefined as never })],
    ['dispute', () => disputeTransfer(earning, null as never)],
    [
      'disputeFee.amount',
      () => disputeTransfer(earning, { ...input, disputeFee: { amount: 1 as never, currency: 'USD' } }),
    ],
    ['amount', () => splitFee(1000 as never, 1500)],
    ['refund', () => splitRefund(null as never)],
    ['net', () => splitRefund({ fee: 1n, net: 1 as never, refund: 1n, refundedBefore: 0n })],
  ])('is refused where transfers are made, naming %s', (field, make) => {
    expect(make).toThrow(refused(field))
  })
})

describe('a currency', () => {
  it('is one of ISO 4217, active or lately withdrawn', async () => {
    const ledger = createLedger({ store: memoryLedgerStore() })
    const paid = (currency: string) =>
      ledger.post(sampleEarning(currency, { paid: { amount: 100n, currency } }))
    for (const currency of ['USD', 'JPY', 'XCG', 'VED', 'BGN']) {
      expect(await paid(currency)).toMatchObject({ outcome: 'posted' })
    }
    for (const currency of ['XYZ', 'XTS', 'XAU', 'usd', 'US', '', null]) {
      await expect(paid(currency as string)).rejects.toThrow(refused('entries.0.currency'))
      const input = { creatorId: 'ava', currency: currency as string }
      await expect(ledger.payout({ ...input, key: 'p' })).rejects.toThrow(refused('currency'))
    }
  })
})
