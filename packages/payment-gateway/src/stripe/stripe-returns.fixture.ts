import { type Json, missing, type Params, refused } from './stripe-problem.fixture.ts'

/** A line of Stripe's own books, under the id that our ledger knows it by. */
export interface StripeMovement {
  readonly ref: string
  /** What it changed in the platform's balance, in minor units. */
  readonly amount: number
  /** As Stripe writes it. */
  readonly currency: string
}

/** What the returns change in the rest of the state. */
interface Shared {
  readonly intents: ReadonlyMap<string, Json & { refunded: number }>
  newId(prefix: string): string
  emit(type: string, object: Json): void
  move(ref: unknown, amount: number, of: Json): void
}

/** Money that goes back: refunds and disputes. */
export function createStripeReturns({ intents, newId, emit, move }: Shared) {
  const refunds = new Map<string, Json>()
  const disputes = new Map<string, Json>()

  function createRefund(params: Params): Json {
    const intent = intents.get(String(params.payment_intent))
    if (!intent) throw missing('payment_intent')
    if (intent.status !== 'succeeded') throw refused('payment_intent_unexpected_state')
    const left = Number(intent.amount) - intent.refunded
    if (left === 0) throw refused('charge_already_refunded')
    if (intent.disputed) throw refused('charge_disputed')
    const amount = params.amount === undefined ? left : Number(params.amount)
    if (amount > left) throw refused(undefined, 'amount')
    const back = params.reverse_transfer ? creatorsPart(intent, intent.refunded, amount) : 0
    intent.refunded += amount
    const refund = {
      id: newId('re'),
      object: 'refund',
      status: 'succeeded',
      amount,
      currency: intent.currency,
      payment_intent: intent.id,
      transfer_reversal: params.reverse_transfer ? newId('trr') : null,
      metadata: params.metadata ?? {},
    }
    refunds.set(refund.id, refund)
    for (const moved of [-amount, back]) move(refund.id, moved, refund)
    emit('refund.created', refund)
    return refund
  }

  /** What comes back from the creator's account with the so manieth cents of a refund. */
  function creatorsPart(intent: Json, refunded: number, amount: number): number {
    const fee = Number(intent.application_fee_amount ?? 0)
    const feeOf = (total: number) => Math.round((fee * total) / Number(intent.amount))
    return amount - (feeOf(refunded + amount) - feeOf(refunded))
  }

  /** Opens a dispute about a payment: the bank asks, and takes the money with the fee. */
  function dispute(intentId: string, fee = 1500): Json {
    const intent = intents.get(intentId)
    if (!intent) throw missing('payment_intent')
    intent.disputed = true
    const { amount, currency } = intent
    const opened: Json = {
      ...{ id: newId('dp'), object: 'dispute', status: 'needs_response', reason: 'fraudulent' },
      ...{ amount, currency, payment_intent: intentId, balance_transactions: [] },
    }
    disputes.set(String(opened.id), opened)
    emit('charge.dispute.created', opened)
    opened.balance_transactions = [{ amount: -Number(amount), fee, currency }]
    for (const moved of [-Number(amount), -fee]) move(opened.id, moved, opened)
    emit('charge.dispute.funds_withdrawn', opened)
    return opened
  }

  return {
    refunds,
    createRefund,
    dispute,
    /** The bank decides. The fee is gone either way. */
    closeDispute(id: string, status: 'won' | 'lost'): void {
      const closed = disputes.get(id) ?? {}
      closed.status = status
      if (status === 'won') {
        const { amount, currency, balance_transactions: before } = closed
        closed.balance_transactions = [...(before as Json[]), { amount, fee: 0, currency }]
        move(id, Number(amount), closed)
        emit('charge.dispute.funds_reinstated', closed)
      }
      emit('charge.dispute.closed', closed)
    },
    /** Days later the payer's bank sends a refund back. */
    failRefund(id: string): void {
      const refund = refunds.get(id) ?? {}
      refund.status = 'failed'
      move(id, Number(refund.amount), refund)
      emit('refund.failed', refund)
    },
  }
}
