import { describe, expect, it } from 'vitest'
import { checkAmount, fromGatewayAmount, toGatewayAmount } from './gateway-amount.ts'
import { money } from './money.ts'

const currencies = {
  USD: { exponent: 2, minimum: 50n, maximum: 1000n },
  ISK: { exponent: 2 },
  MGA: { exponent: 0, step: 100n },
  KWD: { exponent: 3, step: 10n },
}

describe('amounts at a gateway', () => {
  it('are counted in the gateway’s own minor units, both ways', () => {
    for (const [value, there] of [
      [money(500n, 'USD'), 500n],
      [money(5n, 'ISK'), 500n],
      [money(500n, 'MGA'), 5n],
      [money(5120n, 'KWD'), 5120n],
    ] as const) {
      expect(toGatewayAmount(value, currencies)).toBe(there)
      expect(fromGatewayAmount(there, value.currency.toLowerCase(), currencies)).toEqual(value)
    }
  })

  it('are never rounded on the way', () => {
    expect(() => toGatewayAmount(money(501n, 'MGA'), currencies)).toThrow('without rounding')
    expect(() => fromGatewayAmount(505, 'isk', currencies)).toThrow('without rounding')
  })

  it('keep to the gateway’s limits', () => {
    expect(() => checkAmount(money(49n, 'USD'), currencies, 'amount')).toThrow('0.49 USD is less than 0.50')
    expect(() => checkAmount(money(1001n, 'USD'), currencies, 'amount')).toThrow('more than 10.00 USD')
    expect(() => checkAmount(money(5124n, 'KWD'), currencies, 'amount')).toThrow('no multiple of 0.010 KWD')
    expect(() => checkAmount(money(0n, 'KWD'), currencies, 'amount')).toThrow('less than 0.001')
    expect(checkAmount(money(50n, 'USD'), currencies, 'amount')).toBe(currencies.USD)
    expect(() => checkAmount(money(500n, 'EUR'), currencies, 'amount')).toThrow('takes no EUR')
  })
})
