import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currencyExponents, isCurrency } from './currencies.ts'
import {
  addMoney,
  compareMoney,
  equalMoney,
  exponentOf,
  money,
  moneyFromJson,
  moneyToJson,
  negateMoney,
  subtractMoney,
  sumMoney,
} from './money.ts'
import { formatMoney, moneyToDecimal, parseMoney } from './money-text.ts'

const codes = Object.keys(currencyExponents)
const anyMoney = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.constantFrom(...codes))
  .map(([amount, currency]) => money(amount, currency))

describe('currencies', () => {
  it('are known to the runtime too, each once, and no withdrawn one is left', () => {
    const known = new Set([...Intl.supportedValuesOf('currency'), 'VED', 'XCG', 'ZWG'])
    expect(codes.filter((code) => !known.has(code))).toEqual([])
    expect(codes).toHaveLength(155)
    for (const gone of ['HRK', 'BGN', 'ANG', 'ZWL', 'CUC', 'DEM', 'XAU', 'QQQ', 'usd']) {
      expect(isCurrency(gone), gone).toBe(false)
    }
  })

  it('have the digits of ISO 4217, not the ones that people see', () => {
    expect(['USD', 'JPY', 'KWD', 'ISK', 'UGX', 'MGA', 'HUF', 'CLP', 'IQD'].map(exponentOf)).toEqual([
      2, 0, 3, 0, 0, 2, 2, 0, 3,
    ])
  })
})

describe('money', () => {
  it('refuses what is not money', () => {
    expect(() => money(1n, 'usd')).toThrow("'usd' is no currency")
    expect(() => money(1n, 'toString')).toThrow('is no currency')
    expect(() => money(10.5, 'USD')).toThrow('Pass cents, not dollars')
    expect(() => money(2 ** 53, 'USD')).toThrow('not a whole number')
  })

  it('adds, subtracts, compares and never mixes currencies', () => {
    const [one, two, yen] = [money(1n, 'USD'), money(2n, 'USD'), money(1n, 'JPY')]
    expect(addMoney(one, two)).toEqual(money(3n, 'USD'))
    expect(subtractMoney(one, two)).toEqual(money(-1n, 'USD'))
    expect(negateMoney(two)).toEqual(money(-2n, 'USD'))
    expect([compareMoney(one, two), compareMoney(two, one), compareMoney(one, one)]).toEqual([-1, 1, 0])
    expect(sumMoney([], 'EUR')).toEqual(money(0n, 'EUR'))
    expect(sumMoney([one, two, two], 'USD')).toEqual(money(5n, 'USD'))
    expect(equalMoney(one, yen)).toBe(false)
    for (const mix of [addMoney, subtractMoney, compareMoney]) {
      expect(() => mix(one, yen)).toThrow('USD and JPY')
    }
    expect(() => sumMoney([one, yen], 'USD')).toThrow('USD and JPY')
  })

  it('goes to JSON and back without loss', () => {
    fc.assert(
      fc.property(anyMoney, (value) => {
        expect(moneyFromJson(JSON.parse(JSON.stringify(moneyToJson(value))))).toEqual(value)
      }),
    )
  })

  it('takes only digits in a string from JSON', () => {
    for (const amount of [5, '5.0', '+5', '0x5', '', ' 5', '5n', null]) {
      expect(() => moneyFromJson({ amount, currency: 'USD' }), String(amount)).toThrow('not money in JSON')
    }
    expect(() => moneyFromJson(null)).toThrow('not money in JSON')
    expect(() => moneyFromJson({ amount: '5', currency: 'XYZ' })).toThrow('no currency')
  })

  it('is written as a decimal and read back', () => {
    fc.assert(
      fc.property(anyMoney, (value) => {
        expect(parseMoney(moneyToDecimal(value), value.currency)).toEqual(value)
      }),
    )
    expect(moneyToDecimal(money(5n, 'USD'))).toBe('0.05')
    expect(moneyToDecimal(money(-1234n, 'KWD'))).toBe('-1.234')
    expect(moneyToDecimal(money(1234n, 'JPY'), 2)).toBe('12.34')
    expect(parseMoney('12', 'USD')).toEqual(money(1200n, 'USD'))
    expect(parseMoney('12.500', 'USD')).toEqual(money(1250n, 'USD'))
    expect(parseMoney('12.0', 'JPY')).toEqual(money(12n, 'JPY'))
  })

  it('is not rounded when it is read', () => {
    for (const text of ['12.345', '1,234.00', '12,34', '1e3', '', '.5', '12.', '$5', '--1', 'NaN']) {
      expect(() => parseMoney(text, 'USD'), text).toThrow('is not an amount of USD')
    }
    expect(() => parseMoney('12.5', 'JPY')).toThrow('Write whole units')
  })

  it('is shown in the words of a country, with every digit', () => {
    expect(formatMoney(money(123_456n, 'USD'), 'en-US')).toBe('$1,234.56')
    expect(formatMoney(money(123_456n, 'EUR'), 'de-DE')).toBe('1.234,56\u00a0€')
    expect(formatMoney(money(1234n, 'JPY'), 'en-US')).toBe('¥1,234')
    expect(formatMoney(money(1234n, 'KWD'), 'en-US')).toBe('KWD\u00a01.234')
    // Here ICU would show whole forints and lek.
    expect(formatMoney(money(1234n, 'ALL'), 'en-US')).toBe('ALL\u00a012.34')
    expect(formatMoney(money(90_071_992_547_409_933n, 'USD'), 'en-US')).toBe('$900,719,925,474,099.33')
  })
})
