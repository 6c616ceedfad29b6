import type { GatewayFact } from '../gateway-event.ts'
import { amountOf, feeOf, ignored } from './fact.ts'
import { disputeSchema } from './objects.ts'

/** `charge.dispute.*`. Of all of them only `funds_withdrawn` and `funds_reinstated` move money. */
export function mapDispute(type: string, object: unknown): GatewayFact {
  const dispute = disputeSchema.parse(object)
  const transactions = dispute.balance_transactions ?? []
  const about = {
    ref: dispute.id,
    chargeRef: dispute.payment_intent ?? dispute.charge ?? '',
    amount: amountOf(dispute),
    ...(dispute.reason && { reason: dispute.reason }),
  }
  const isInquiry = dispute.status.startsWith('warning_')
  switch (type) {
    case 'charge.dispute.created':
      return { type: 'dispute.opened', ...about, ...(isInquiry && { isInquiry }) }
    case 'charge.dispute.updated':
      return { type: 'dispute.updated', ...about, ...(isInquiry && { isInquiry }) }
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated': {
      const isWithdrawal = type === 'charge.dispute.funds_withdrawn'
      const own = transactions.findLast(({ amount }) => amount < 0 === isWithdrawal)
      const fee = own && feeOf(own)
      return {
        type: isWithdrawal ? 'dispute.funds_withdrawn' : 'dispute.funds_reinstated',
        ...about,
        ...(fee && { fee }),
      }
    }
    case 'charge.dispute.closed':
      if (dispute.status === 'won' || dispute.status === 'lost') {
        return { type: `dispute.${dispute.status}`, ...about }
      }
      // A question that came to nothing cost nothing. For what else closes, the funds' events tell.
      if (dispute.status === 'warning_closed') return { type: 'dispute.won', ...about, isInquiry }
      return { type: 'dispute.updated', ...about }
  }
  return ignored(`The type ${type} means nothing here.`)
}
