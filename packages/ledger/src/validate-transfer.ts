import { accountKinds, heldAccounts } from './account.ts'
import { isCurrency } from './currencies.ts'
import { invalidInput } from './errors.ts'
import { type Entry, type GatewayReference, imbalances, type NewTransfer, transferKinds } from './transfer.ts'

/** Far above any payment, and far enough below 64 bits that no sum of an account runs over. */
const maxAmount = 10n ** 15n
const maxEntries = 50

const kinds: ReadonlySet<string> = new Set(transferKinds)
const accounts: ReadonlySet<string> = new Set(accountKinds)
const held: ReadonlySet<string> = new Set(heldAccounts)

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what no text here may hold
const unstorable = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u

/**
 * Checks everything that a store relies on, so that no transfer can spoil the batch that it shares.
 *
 * @throws {@link LedgerError} `invalid_input` naming the field.
 */
export function validateTransfer(transfer: NewTransfer): void {
  requireObject('transfer', transfer)
  const { key, kind, entries, occurredAt, reference, gateway, reverses } = transfer
  validateText('key', key)
  if (!kinds.has(kind)) throw invalidInput('kind', `'${kind}' is none of ${transferKinds.join(', ')}`)
  validateTime('occurredAt', occurredAt)
  if (reference !== undefined) validateText('reference', reference)
  if (reverses !== undefined) validateText('reverses', reverses)
  if (gateway !== undefined) validateGateway('gateway', gateway)
  if (!Array.isArray(entries)) throw invalidInput('entries', 'a list of entries')
  if (entries.length < 2 || entries.length > maxEntries) {
    throw invalidInput('entries', `a transfer has 2 to ${maxEntries} of them, not ${entries.length}`)
  }
  entries.forEach(validateEntry)
  for (const [currency, sum] of imbalances(entries)) {
    throw invalidInput('entries', `they sum to ${sum} ${currency} and must sum to zero`)
  }
}

function validateEntry(entry: Entry, index: number): void {
  requireObject(`entries.${index}`, entry)
  const field = (name: string) => `entries.${index}.${name}`
  if (!accounts.has(entry.account)) {
    throw invalidInput(field('account'), `'${entry.account}' is none of ${accountKinds.join(', ')}`)
  }
  validateText(field('owner'), entry.owner)
  validateCurrency(field('currency'), entry.currency)
  const { amount } = entry
  if (typeof amount !== 'bigint' || amount === 0n || amount > maxAmount || amount < -maxAmount) {
    throw invalidInput(field('amount'), `a bigint of minor units, not zero, at most ${maxAmount} either way`)
  }
  if (entry.availableAt !== undefined) validateTime(field('availableAt'), entry.availableAt)
  if (held.has(entry.account) !== (entry.availableAt !== undefined)) {
    throw invalidInput(
      field('availableAt'),
      `entries of ${heldAccounts.join(' and ')} have it, and only they`,
    )
  }
}

/** @throws {@link LedgerError} `invalid_input` unless 1 to 255 characters that every database stores. */
export function validateText(field: string, text: unknown): void {
  if (typeof text === 'string' && text !== '' && text.length <= 255 && !unstorable.test(text)) return
  throw invalidInput(field, '1 to 255 characters, no control characters, no halves of characters')
}

/** @throws {@link LedgerError} `invalid_input` unless a gateway and its own id of a movement. */
export function validateGateway(field: string, gateway: unknown): asserts gateway is GatewayReference {
  if (typeof gateway !== 'object' || gateway === null || !('id' in gateway) || !('ref' in gateway)) {
    throw invalidInput(field, 'who moved the money, and its id there: { id: ..., ref: ... }')
  }
  validateText(`${field}.id`, gateway.id)
  validateText(`${field}.ref`, gateway.ref)
}

/** @throws {@link LedgerError} `invalid_input` unless a currency of ISO 4217. */
export function validateCurrency(field: string, currency: unknown): void {
  if (isCurrency(currency)) return
  throw invalidInput(field, 'a currency of ISO 4217, in upper case, such as USD')
}

/** @throws {@link LedgerError} `invalid_input` for null, a text, a list and whatever else has no fields. */
export function requireObject(field: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  throw invalidInput(field, 'an object is needed')
}

/** @throws {@link LedgerError} `invalid_input` unless a bigint. */
export function requireBigint(field: string, value: unknown): void {
  if (typeof value !== 'bigint') throw invalidInput(field, 'a bigint of minor units, such as 1000n')
}

/** @throws {@link LedgerError} `invalid_input` unless ISO 8601 in UTC, to the second or finer, of a day that exists. */
export function validateTime(field: string, time: unknown): void {
  const isTime = typeof time === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(time)
  if (isTime && isReal(time)) return
  throw invalidInput(field, 'a time that exists as ISO 8601 in UTC, such as 2026-01-01T00:00:00.000Z')
}

/** The 30th of February is read as a day in March, which is not what was written. */
function isReal(time: string): boolean {
  const read = Date.parse(time)
  // Databases begin with the year 1.
  return (
    !Number.isNaN(read) &&
    !time.startsWith('0000') &&
    new Date(read).toISOString().slice(0, 19) === time.slice(0, 19)
  )
}
