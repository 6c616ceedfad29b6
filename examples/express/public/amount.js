/** @typedef {{ amount: string, currency: string }} MoneyJson */

/** @param {string} currency */
function digitsOf(currency) {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return maximumFractionDigits ?? 2
}

/**
 * What somebody typed, in minor units; null for what is no amount. Nothing is rounded, and `1,000` is refused, as it is
 * one in some countries and a thousand in others.
 *
 * @param {string} text
 * @param {string} currency
 * @returns {MoneyJson | null}
 */
export function readAmount(text, currency) {
  const digits = digitsOf(currency)
  const [, whole, fraction = ''] = /^[$€¥]?\s?(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim()) ?? []
  if (whole === undefined || fraction.length > digits) return null
  const amount = BigInt(whole + fraction.padEnd(digits, '0'))
  return amount > 0n ? { amount: String(amount), currency } : null
}

/**
 * An amount as it stands in a field: `12.50`.
 *
 * @param {MoneyJson} money
 */
export function typedAmount({ amount, currency }) {
  const digits = digitsOf(currency)
  if (digits === 0) return amount
  const padded = amount.padStart(digits + 1, '0')
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`
}

/**
 * How to type one.
 *
 * @param {string} currency
 */
export function amountExample(currency) {
  return digitsOf(currency) === 0 ? 'An amount such as 500.' : 'An amount such as 5 or 12.50.'
}

/**
 * The currency as amounts have it: `US dollars`.
 *
 * @param {string} currency
 */
export function currencyWords(currency) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'name' })
  return format.formatToParts(2).find(({ type }) => type === 'currency')?.value ?? currency
}

/** @param {string} currency */
export function currencyName(currency) {
  return new Intl.DisplayNames('en', { type: 'currency' }).of(currency) ?? currency
}
