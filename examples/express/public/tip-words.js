import { moneyText } from './format.js'

/**
 * @typedef {import('./amount.js').MoneyJson} MoneyJson
 * @typedef {{
 *   id: string, from: string | null, amount: MoneyJson, fee: MoneyJson, net: MoneyJson, refundedTotal: MoneyJson,
 *   message?: string, menuItemId?: string, isAnonymous: boolean, createdAt: string, completedAt?: string, feeBps: number,
 *   status: 'pending' | 'failed' | 'expired' | 'canceled' | 'completed',
 *   dispute: 'none' | 'open' | 'lost' | 'won',
 *   refunds: { id: string, amount: MoneyJson, reason?: string, createdAt: string,
 *     status: 'requested' | 'pending' | 'succeeded' | 'failed' }[],
 * }} Tip
 */

const statusWords = {
  pending: 'Waiting for the payment',
  failed: 'Payment failed',
  expired: 'Not paid in time',
  canceled: 'Given up by the viewer',
  completed: 'Paid',
}

const disputeWords = {
  none: '',
  open: 'Disputed: the viewer’s bank holds the money until it has decided',
  lost: 'Dispute lost: the bank gave the money back to the viewer',
  won: 'Dispute won: the money is yours',
}

/** @param {Tip} tip */
export function statusOf({ status, amount, refundedTotal, dispute }) {
  if (status !== 'completed')
    return { text: statusWords[status], tone: status === 'pending' ? 'open' : 'off' }
  if (dispute === 'open') return { text: 'Disputed', tone: 'bad' }
  if (dispute === 'lost') return { text: 'Dispute lost', tone: 'bad' }
  if (refundedTotal.amount === amount.amount) return { text: 'Refunded', tone: 'off' }
  if (refundedTotal.amount !== '0') return { text: 'Refunded in part', tone: 'open' }
  return { text: statusWords.completed, tone: 'good' }
}

/**
 * What of it is the creator's; empty where nothing is. After a refund it is less than it was, by how much is in the
 * balance: fees are rounded there.
 *
 * @param {Tip} tip
 */
export function partOf({ status, amount, net, refundedTotal, dispute }) {
  if (status !== 'completed' || dispute === 'lost' || refundedTotal.amount === amount.amount) return ''
  if (dispute === 'open') return `Held back ${moneyText(net)}`
  return `${refundedTotal.amount === '0' ? 'Your part' : 'Your part was'} ${moneyText(net)}`
}

/**
 * What happened after it was paid, a line each.
 *
 * @param {Tip} tip
 */
export function notesOf({ refunds, dispute }) {
  const lines = refunds.map(({ amount, status, reason }) => {
    const money = moneyText(amount)
    const why = reason ? ` (${reason})` : ''
    if (status === 'succeeded') return `${money} refunded${why}`
    if (status === 'failed') return `Refund of ${money} did not go through${why}`
    return `${money} on its way back${why}`
  })
  return [...lines, ...(disputeWords[dispute] ? [disputeWords[dispute]] : [])]
}

/**
 * What a refund may ask for, in minor units. What a bank holds is known to the server alone, so that a disputed tip has
 * nothing here.
 *
 * @param {Tip} tip
 */
export function refundable({ status, amount, refunds, dispute }) {
  if (status !== 'completed' || dispute === 'open' || dispute === 'lost') return 0n
  return refunds.reduce(
    (left, refund) => (refund.status === 'failed' ? left : left - BigInt(refund.amount.amount)),
    BigInt(amount.amount),
  )
}

/** @param {Tip} tip */
export const payerOf = ({ from, isAnonymous }) => from ?? (isAnonymous ? 'Anonymous' : 'Somebody')
