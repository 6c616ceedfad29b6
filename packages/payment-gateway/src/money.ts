import { currencyExponents, isCurrency } from './currencies.ts'
import { PaymentError } from './errors.ts'

/** An amount of money, exact. */
export interface Money {
  /** In the minor unit that ISO 4217 gives the currency: cents of USD, yen of JPY, fils of KWD. */
  readonly amount: bigint
  /** ISO 4217 code, upper case. */
  readonly currency: string
}

/** {@link Money} as JSON has it: the amount as a decimal string, as JSON numbers lose digits beyond 2^53. */
export interface MoneyJson {
  readonly amount: string
  readonly currency: string
}

/**
 * Makes money of minor units.
 *
 * @throws {@link PaymentError} `invalid_input` when the currency is none of ISO 4217, or a number is not a safe integer.
 * @example
 * ```ts
 * import { money } from '@stagedoor/payment-gateway'
 *
 * const tenDollars = money(1000n, 'USD')
 * const thousandYen = money(1000, 'JPY')
 * ```
 */
export function money(amount: bigint | number, currency: string): Money {
  if (!isCurrency(currency)) {
    throw new PaymentError({
      code: 'invalid_input',
      field: 'currency',
      message: `'${currency.slice(0, 12)}' is no currency of ISO 4217.`,
      fix: 'Use three upper-case letters, such as USD.',
    })
  }
  if (typeof amount === 'number' && !Number.isSafeInteger(amount)) {
    throw new PaymentError({
      code: 'invalid_input',
      field: 'amount',
      message: `${amount} is not a whole number of minor units.`,
      fix: 'Pass cents, not dollars; beyond 2^53 pass a bigint.',
    })
  }
  return Object.freeze({ amount: BigInt(amount), currency })
}

/** The digits of the currency's minor unit in ISO 4217. */
export function exponentOf(currency: string): number {
  return currencyExponents[money(0n, currency).currency] ?? 2
}

/** The sum. @throws {@link PaymentError} `invalid_input` when the currencies differ. */
export function addMoney(left: Money, right: Money): Money {
  return { amount: left.amount + right.amount, currency: sameCurrency(left, right) }
}

/** `left - right`. @throws {@link PaymentError} `invalid_input` when the currencies differ. */
export function subtractMoney(left: Money, right: Money): Money {
  return { amount: left.amount - right.amount, currency: sameCurrency(left, right) }
}

/** The sum of any number of amounts, zero for none; the currency must be told for that. */
export function sumMoney(items: Iterable<Money>, currency: string): Money {
  let total = money(0n, currency)
  for (const item of items) total = addMoney(total, item)
  return total
}

/** The same amount with the other sign. */
export function negateMoney(value: Money): Money {
  return { amount: -value.amount, currency: value.currency }
}

/** Below, at or above zero, for sorting. @throws {@link PaymentError} `invalid_input` when the currencies differ. */
export function compareMoney(left: Money, right: Money): -1 | 0 | 1 {
  sameCurrency(left, right)
  if (left.amount === right.amount) return 0
  return left.amount < right.amount ? -1 : 1
}

/** Tells whether both are the same amount of the same currency. Unlike the others it never throws. */
export function equalMoney(left: Money, right: Money): boolean {
  return left.amount === right.amount && left.currency === right.currency
}

/** For JSON. `JSON.stringify` throws on a bigint by itself. */
export function moneyToJson(value: Money): MoneyJson {
  return { amount: value.amount.toString(), currency: value.currency }
}

/**
 * Reads what {@link moneyToJson} wrote, from anywhere.
 *
 * @throws {@link PaymentError} `invalid_input` for anything else: a number, a fraction, a sign `+`, an unknown currency.
 */
export function moneyFromJson(value: unknown): Money {
  const { amount, currency } =
    typeof value === 'object' && value !== null
      ? (value as { amount?: unknown; currency?: unknown })
      : { amount: undefined, currency: undefined }
  if (typeof amount !== 'string' || !/^-?\d{1,38}$/.test(amount) || typeof currency !== 'string') {
    throw new PaymentError({
      code: 'invalid_input',
      field: 'amount',
      message: 'This is not money in JSON.',
      fix: 'Send { "amount": "1000", "currency": "USD" }: minor units, as a string of digits.',
    })
  }
  return money(BigInt(amount), currency)
}

function sameCurrency(left: Money, right: Money): string {
  if (left.currency === right.currency) return left.currency
  throw new PaymentError({
    code: 'invalid_input',
    field: 'currency',
    message: `${left.currency} and ${right.currency} cannot be added or compared.`,
    fix: 'Keep a total for each currency.',
  })
}
