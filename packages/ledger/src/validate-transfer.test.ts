import { expect, it } from 'vitest'
import { isSameTransfer, type NewTransfer } from './transfer.ts'
import { validateTransfer } from './validate-transfer.ts'

const at = '2026-01-01T00:00:00.000Z'
const clearing = { account: 'gateway_clearing', owner: 'stripe', currency: 'USD', amount: -100n } as const
const pending = {
  account: 'creator_pending',
  owner: 'ava',
  currency: 'USD',
  amount: 100n,
  availableAt: at,
} as const
const transfer: NewTransfer = { key: 'k', kind: 'earning', entries: [clearing, pending], occurredAt: at }
const { availableAt: _, ...unheld } = pending

it.each<[string, object, string]>([
  ['no key', { key: '' }, 'key'],
  ['a key of 256 characters', { key: 'k'.repeat(256) }, 'key'],
  ['a key that no database stores', { key: 'a\u0000b' }, 'key'],
  ['half of a character', { reference: 'a\ud800' }, 'reference'],
  ['a kind that is none', { kind: 'gift' }, 'kind'],
  ['no time', { occurredAt: 'yesterday' }, 'occurredAt'],
  ['a time without a zone', { occurredAt: '2026-01-01T00:00:00' }, 'occurredAt'],
  ['a day that is none', { occurredAt: '2026-13-01T00:00:00Z' }, 'occurredAt'],
  ['a 30th of February', { occurredAt: '2026-02-30T00:00:00.000Z' }, 'occurredAt'],
  ['a 29th of February without a leap year', { occurredAt: '2026-02-29T00:00:00Z' }, 'occurredAt'],
  ['an hour that is none', { occurredAt: '2026-02-01T24:00:00Z' }, 'occurredAt'],
  ['a year before the first', { occurredAt: '0000-02-01T00:00:00Z' }, 'occurredAt'],
  ['one entry', { entries: [clearing] }, 'entries'],
  ['a cent too many', { entries: [clearing, { ...pending, amount: 101n }] }, 'entries'],
  [
    'two currencies that sum to zero only together',
    { entries: [clearing, { ...pending, currency: 'EUR' }] },
    'entries',
  ],
  ['an entry of nothing', { entries: [clearing, pending, { ...clearing, amount: 0n }] }, 'entries.2.amount'],
  ['a float', { entries: [{ ...clearing, amount: -100 }, pending] }, 'entries.0.amount'],
  ['more than fits', { entries: [{ ...clearing, amount: -(10n ** 15n) - 1n }, pending] }, 'entries.0.amount'],
  ['an account that is none', { entries: [{ ...clearing, account: 'cash' }, pending] }, 'entries.0.account'],
  ['an account of nobody', { entries: [{ ...clearing, owner: '' }, pending] }, 'entries.0.owner'],
  [
    'a currency in small letters',
    { entries: [{ ...clearing, currency: 'usd' }, pending] },
    'entries.0.currency',
  ],
  ['a held entry without an end', { entries: [clearing, unheld] }, 'entries.1.availableAt'],
  ['an end of no hold', { entries: [{ ...clearing, availableAt: at }, pending] }, 'entries.0.availableAt'],
  ['a gateway’s movement without its id', { gateway: { id: 'stripe', ref: '' } }, 'gateway.ref'],
])('refuses %s and names the field', (_name, change, field) => {
  const wrong = { ...transfer, ...change } as NewTransfer
  expect(() => validateTransfer(wrong)).toThrow(expect.objectContaining({ code: 'invalid_input', field }))
})

it('takes what is right, several currencies too', () => {
  expect(() => validateTransfer(transfer)).not.toThrow()
  expect(() => validateTransfer({ ...transfer, occurredAt: '2028-02-29T23:59:59.9Z' })).not.toThrow()
  const exchange = [clearing, pending].map((entry) => ({ ...entry, currency: 'EUR', amount: -entry.amount }))
  expect(() => validateTransfer({ ...transfer, entries: [clearing, pending, ...exchange] })).not.toThrow()
})

it('knows the same transfer by what it says, not by when or in which order', () => {
  const later = { ...transfer, occurredAt: '2027-01-01T00:00:00Z', entries: [pending, clearing] }
  expect(isSameTransfer(transfer, later)).toBe(true)
  const others: Partial<NewTransfer>[] = [
    { kind: 'adjustment' },
    { reference: 'tip:t1' },
    { reverses: 'x' },
    { gateway: { id: 'stripe', ref: 'pi_1' } },
    { entries: [clearing, { ...pending, owner: 'noa' }] },
  ]
  for (const other of others) expect(isSameTransfer(transfer, { ...transfer, ...other })).toBe(false)
})
