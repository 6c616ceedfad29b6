import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beyondIncluded,
  costItem,
  exactProduct,
  tieredCostItems,
  toCost,
  toQuote,
  unverifiedNotes,
} from './cost.ts'
import type { Price, PriceTier } from './price.ts'
import { usageOfPlan } from './usage.ts'

const price = (amount: string, verified = true): Price => ({ amount, verified, source: 'a list' })
const line = { label: 'Output', quantity: 1, unit: 'viewer-hour' }
const tiers: readonly PriceTier[] = [
  { upTo: 10, price: price('10') },
  { upTo: 30, price: price('5') },
  { upTo: null, price: price('1') },
]
const book = { asOf: '2026-01-01', currency: 'USD' }
const plan = {
  method: 'auto',
  interactive: false,
  expectedViewers: 3,
  durationHours: 1.5,
  quality: 'hd',
  watchShare: 0.1,
  record: true,
} as const

describe('a line', () => {
  it.each([
    [0.1, '50', '5'],
    [1.1, '7.2', '8'],
    [0.125, '36', '5'],
    [3, '0.1', '0'],
    [5, '0.1', '1'],
    [4000, '7.2', '28800'],
    [1e-9, '1', '0'],
    [1e15, '0.3', '300000000000000'],
  ])('of %f at %s is %s, an exact half up', (quantity, amount, expected) => {
    expect(costItem({ ...line, quantity }, price(amount), 'USD').amount).toEqual({
      amount: expected,
      currency: 'USD',
    })
  })

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses %f', (quantity) => {
    expect(() => costItem({ ...line, quantity }, price('1'), 'USD')).toThrow(/no quantity/)
  })
})

describe('a volume price', () => {
  const parts = (quantity: number, used = 0) =>
    tieredCostItems({ ...line, quantity }, tiers, 'USD', used).map((item) => [
      item.quantity,
      item.amount.amount,
    ])

  it.each([
    [0, 0, [[0, '0']]],
    [10, 0, [[10, '100']]],
    [
      12,
      0,
      [
        [10, '100'],
        [2, '10'],
      ],
    ],
    [
      40,
      0,
      [
        [10, '100'],
        [20, '100'],
        [10, '10'],
      ],
    ],
    [
      12,
      9,
      [
        [1, '10'],
        [11, '55'],
      ],
    ],
    [5, 10, [[5, '25']]],
    [5, 1000, [[5, '5']]],
  ])('splits %i after %i', (quantity, used, expected) => {
    expect(parts(quantity, used)).toEqual(expected)
  })

  it('is the same whether a month is billed at once or in two parts', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), (first, second) => {
        const sum = (items: readonly { amount: { amount: string } }[]) =>
          items.reduce((total, { amount }) => total + Number(amount.amount), 0)
        const whole = sum(tieredCostItems({ ...line, quantity: first + second }, tiers, 'USD'))
        const before = sum(tieredCostItems({ ...line, quantity: first }, tiers, 'USD'))
        const after = sum(tieredCostItems({ ...line, quantity: second }, tiers, 'USD', first))
        expect(before + after).toBe(whole)
      }),
    )
  })

  it('needs a last tier without an end', () => {
    expect(() => tieredCostItems({ ...line, quantity: 11 }, tiers.slice(0, 1), 'USD', 10)).toThrow(
      /upTo: null/,
    )
    expect(() => tieredCostItems({ ...line, quantity: 11 }, tiers.slice(0, 1), 'USD')).toThrow(/upTo: null/)
  })
})

describe('a cost', () => {
  it('is the sum of its lines, and spreads over the hours of a plan', () => {
    const items = [
      costItem({ ...line, quantity: 3 }, price('33.5'), 'USD'),
      costItem(line, price('9'), 'USD'),
    ]
    const cost = toCost(items, book, ['a note'])
    expect(cost).toMatchObject({
      total: { amount: '110', currency: 'USD' },
      asOf: '2026-01-01',
      notes: ['a note'],
    })
    expect(toQuote('livekit', plan, cost)).toMatchObject({
      feasible: true,
      perHour: { amount: '73' },
      candidate: 'livekit',
    })
  })

  it('names the prices that are not verified', () => {
    expect(
      unverifiedNotes([
        ['SD input', price('1', false)],
        ['HD input', price('1')],
      ]),
    ).toEqual(['The price of SD input is not verified: a list.'])
  })
})

it('what a plan includes comes off first', () => {
  expect([beyondIncluded(0.3, 0.1), beyondIncluded(5, 9), beyondIncluded(5, 5)]).toEqual([0.2, 0, 0])
})

it('a plan is a usage, without the drift of binary fractions', () => {
  expect(exactProduct(3, 0.1)).toBe(0.3)
  expect(usageOfPlan(plan, 'browser')).toEqual({
    quality: 'hd',
    publishing: 'browser',
    streamHours: 1.5,
    viewerHours: 0.45,
    recordedHours: 1.5,
    replayViewerHours: 0,
  })
})
