/**
 * A stretch of time as a clock: `4:07`, `1:02:33`.
 *
 * @param {number} milliseconds
 */
export function clockTime(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (parts[0] === 0) parts.shift()
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

/**
 * An amount in minor units, as the API sends it.
 *
 * @param {{ amount: string, currency: string }} money
 */
export function moneyText({ amount, currency }) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(Number(amount) / 10 ** digits)
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function countText(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/**
 * Who may watch, in words.
 *
 * @param {import('./api.js').Stream['access']} rule
 */
export function audienceText(rule) {
  if (rule.audience === 'signed_in') return 'For signed-in people'
  if (rule.audience === 'invited') return 'By invitation'
  return 'Open to everyone'
}

/** @param {import('./api.js').Stream['status']} status */
export function badgeText(status) {
  return {
    ready: 'Starting soon',
    live: 'Live',
    interrupted: 'Back in a moment',
    ended: 'Ended',
    failed: 'Failed',
  }[status]
}
