import {
  isCurrency,
  isPaymentError,
  type Money,
  moneyFromJson,
  moneyToDecimal,
  refuseCardNumber,
} from '@stagedoor/payment-gateway'
import { invalidInput } from './errors.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what no text here may hold
const unstorable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/u

/** Tells an id of 1 to 200 characters without control characters. */
export function isId(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > 200) return false
  return !unstorable.test(value) && !value.includes('\n')
}

/** @throws {@link TipError} `invalid_input` unless {@link isId}. */
export function requireId(field: string, value: unknown): asserts value is string {
  if (isId(value)) return
  throw invalidInput(field, 'a text of 1 to 200 characters')
}

/** @throws {@link TipError} `invalid_input` for null, a list, and anything else that has no fields. */
export function requireObject(field: string, value: unknown): asserts value is object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw invalidInput(field, 'an object with fields')
}

/** @throws {@link TipError} `invalid_input` unless 1 to 255 visible ASCII characters. */
export function requireKey(field: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value)) return
  throw invalidInput(
    field,
    '1 to 255 visible ASCII characters; draw one for each intent and repeat it with retries',
  )
}

/**
 * A text for people: trimmed, and without what looks like the number of a card.
 *
 * @throws {@link TipError} `invalid_input`
 */
export function readText(field: string, value: unknown, maxLength: number): string {
  if (typeof value !== 'string') throw invalidInput(field, 'a text')
  const text = value.trim()
  const length = [...text].length
  if (length > maxLength) throw invalidInput(field, `at most ${maxLength} characters, not ${length}`)
  if (unstorable.test(text)) throw invalidInput(field, 'no control characters and no halves of characters')
  refuseCardNumber(text, field)
  return text
}

/**
 * A name as it can be stored and shown: at most 100 whole characters, without those that are none. Empty when it is no text,
 * or looks like the number of a card.
 */
export function readName(name: unknown): string {
  if (typeof name !== 'string') return ''
  try {
    refuseCardNumber(name, 'displayName')
  } catch (error) {
    if (!isPaymentError(error)) throw error
    return ''
  }
  return [...name.replaceAll(new RegExp(unstorable, 'gu'), '')].slice(0, 100).join('').trim()
}

/** The same, of one character at least. */
export function readTitle(field: string, value: unknown, maxLength: number): string {
  const title = readText(field, value, maxLength)
  if (title === '') throw invalidInput(field, `1 to ${maxLength} characters`)
  return title
}

/** For people: `3.00 USD`. */
export function inWords(amount: bigint, { currency }: Pick<Money, 'currency'>): string {
  return `${moneyToDecimal({ amount, currency })} ${currency}`
}

/** @throws {@link TipError} `invalid_input` unless money above zero, as an object or as JSON has it. */
export function readMoney(field: string, value: unknown): Money {
  const money = isMoney(value) ? value : readJson(field, value)
  if (money.amount > 0n && money.amount <= 10n ** 12n) return money
  throw invalidInput(field, 'an amount above zero, and at most 10^12 minor units')
}

function isMoney(value: unknown): value is Money {
  if (typeof value !== 'object' || value === null || !('amount' in value) || !('currency' in value))
    return false
  return typeof value.amount === 'bigint' && typeof value.currency === 'string' && isCurrency(value.currency)
}

function readJson(field: string, value: unknown): Money {
  try {
    return moneyFromJson(value)
  } catch {
    throw invalidInput(
      field,
      'give { "amount": "500", "currency": "USD" }: minor units as a string of digits, and a code of ISO 4217',
    )
  }
}

/** @throws {@link TipError} `invalid_input` unless a whole number within the bounds. */
export function requireCount(
  field: string,
  value: unknown,
  least: number,
  most: number,
): asserts value is number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return
  throw invalidInput(field, `a whole number from ${least} to ${most}`)
}

/** @throws {@link TipError} `invalid_input` for a field that nobody knows, which may be one that was misspelt. */
export function refuseUnknownFields(
  field: string,
  input: unknown,
  known: readonly string[],
): asserts input is object {
  requireObject(field, input)
  const unknown = Object.keys(input).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw invalidInput(unknown.slice(0, 40), `there is no such field; there are ${known.join(', ')}`)
}
