import { PaymentError } from './errors.ts'
import { exponentOf, type Money, money } from './money.ts'

/**
 * The plain decimal: `12.34` of 1234 cents, `1234` of yen. For forms and protocols; people are shown
 * {@link formatMoney}.
 *
 * @param exponent - Fraction digits, when they are not the ones of ISO 4217.
 */
export function moneyToDecimal(value: Money, exponent: number = exponentOf(value.currency)): string {
  const digits = (value.amount < 0n ? -value.amount : value.amount).toString().padStart(exponent + 1, '0')
  const sign = value.amount < 0n ? '-' : ''
  if (exponent === 0) return sign + digits
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/**
 * Reads a plain decimal as {@link moneyToDecimal} writes it. It does not round: more digits than the currency has are
 * refused unless they are zeros.
 *
 * @throws {@link PaymentError} `invalid_input` for anything else, also for grouping and a decimal comma, whose meaning
 * depends on the country.
 * @example
 * ```ts
 * import { parseMoney } from '@stagedoor/payment-gateway'
 *
 * parseMoney('12.34', 'USD') // 1234n
 * ```
 */
export function parseMoney(text: string, currency: string): Money {
  const exponent = exponentOf(currency)
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d{1,38})(?:\.(\d{1,38}))?$/.exec(text.trim()) ?? []
  if (sign === undefined) throw notDecimal(text, currency, exponent)
  if (/[1-9]/.test(fraction.slice(exponent))) throw notDecimal(text, currency, exponent)
  const amount = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'))
  return money(sign ? -amount : amount, currency)
}

/**
 * The amount for people, in the words of their country: `$12.34`, `12,34 €`, `￥1,234`. Exact for amounts of any size.
 *
 * @param locale - BCP 47, such as `de-DE`; without one the runtime's.
 */
export function formatMoney(value: Money, locale?: string): string {
  const exponent = exponentOf(value.currency)
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: value.currency,
    // Some runtimes know fewer digits than ISO 4217 for a currency, and would round.
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  })
  // A decimal in a string keeps every digit, where a number would not.
  return format.format(moneyToDecimal(value) as `${number}`)
}

function notDecimal(text: string, currency: string, exponent: number): PaymentError {
  return new PaymentError({
    code: 'invalid_input',
    field: 'amount',
    message: `'${text.slice(0, 40)}' is not an amount of ${currency}.`,
    fix:
      exponent === 0
        ? 'Write whole units, such as 1234.'
        : `Write at most ${exponent} digits after a point, such as 12.${'5'.padEnd(exponent, '0')}.`,
  })
}
