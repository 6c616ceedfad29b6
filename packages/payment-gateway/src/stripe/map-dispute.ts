import type { DisputeMovement, GatewayFact } from '../gateway-event.ts'
import { exponentOf, type Money, money } from '../money.ts'
import { amountOf, feeOf, ignored } from './fact.ts'
import { type Dispute, disputeSchema } from './objects.ts'

/** `charge.dispute.*`. Each carries all that the dispute has moved so far, as balance transactions. */
export function mapDispute(type: string, object: unknown): GatewayFact {
  const dispute = disputeSchema.parse(object)
  const about = {
    ref: dispute.id,
    chargeRef: dispute.payment_intent ?? dispute.charge ?? '',
    amount: amountOf(dispute),
    movements: dispute.balance_transactions.flatMap((transaction) => movementOf(dispute, transaction)),
    ...(dispute.reason && { reason: dispute.reason }),
  }
  const isInquiry = dispute.status.startsWith('warning_')
  switch (type) {
    case 'charge.dispute.created':
      return { type: 'dispute.opened', ...about, ...(isInquiry && { isInquiry }) }
    case 'charge.dispute.updated':
      return { type: 'dispute.updated', ...about, ...(isInquiry && { isInquiry }) }
    case 'charge.dispute.funds_withdrawn':
      return { type: 'dispute.funds_withdrawn', ...about }
    case 'charge.dispute.funds_reinstated':
      return { type: 'dispute.funds_reinstated', ...about }
    case 'charge.dispute.closed':
      if (dispute.status === 'won' || dispute.status === 'lost') {
        return { type: `dispute.${dispute.status}`, ...about }
      }
      // A question that came to nothing cost nothing. For what else closes, the movements tell.
      if (dispute.status === 'warning_closed') return { type: 'dispute.won', ...about, isInquiry }
      return { type: 'dispute.updated', ...about }
  }
  return ignored(`The type ${type} means nothing here.`)
}

function movementOf(dispute: Dispute, transaction: Transaction): readonly DisputeMovement[] {
  const { id: ref, amount: moved, fee: charged } = transaction
  const fee = charged === 0 ? undefined : feeOf(transaction)
  const kind = moved < 0 ? 'withdrawn' : 'reinstated'
  const own = amountOf({ ...transaction, amount: Math.abs(moved) })
  const disputed = amountOf(dispute)
  const isConverted = own.currency !== disputed.currency
  const amount = isConverted ? inPaidCurrency(own, disputed, transaction.exchange_rate) : own
  if (amount.amount === 0n) return []
  return [{ ref, kind, amount, ...(isConverted && { isConverted }), ...(fee && { fee }) }]
}

/**
 * Stripe settles in the currency of the account; the books of a payment are in the payer's. `exchange_rate` is what an amount
 * was multiplied with (https://docs.stripe.com/api/balance_transactions/object); it is rounded, so all but a cent is all.
 */
function inPaidCurrency(settled: Money, disputed: Money, exchangeRate: number | null | undefined): Money {
  if (!exchangeRate) return disputed
  const units = Number(settled.amount) / 10 ** exponentOf(settled.currency)
  const amount = BigInt(Math.round((units / exchangeRate) * 10 ** exponentOf(disputed.currency)))
  const difference = amount - disputed.amount
  return difference >= -1n && difference <= 1n ? disputed : money(amount, disputed.currency)
}

type Transaction = Dispute['balance_transactions'][number]
