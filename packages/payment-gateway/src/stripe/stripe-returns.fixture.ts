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
  /** Whether refunds are made `pending` from now on. */
  const settings = { pendingRefunds: false }

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
      status: settings.pendingRefunds ? 'pending' : 'succeeded',
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
  function dispute(intentId: string, fee = 1500, part?: number): Json {
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
    moveDispute(String(opened.id), -(part ?? Number(amount)), fee)
    return opened
  }

  /** The bank takes or returns money; Stripe charges a fee with it, or gives one back (below zero). */
  function moveDispute(id: string, amount: number, fee = 0): void {
    const dispute = disputes.get(id)
    if (!dispute) throw missing('id')
    const transaction = { id: newId('txn'), amount, fee, currency: dispute.currency }
    dispute.balance_transactions = [...(dispute.balance_transactions as Json[]), transaction]
    for (const moved of [amount, -fee]) move(transaction.id, moved, dispute)
    emit(`charge.dispute.funds_${amount < 0 ? 'withdrawn' : 'reinstated'}`, dispute)
  }

  return {
    settings,
    refunds,
    createRefund,
    listRefunds(params: Params): Json {
      const data = [...refunds.values()]
        .filter((one) => one.payment_intent === params.payment_intent)
        .reverse()
      const from = data.findIndex(({ id }) => id === params.starting_after) + 1
      const limit = Number(params.limit ?? 10)
      return { object: 'list', data: data.slice(from, from + limit), has_more: data.length > from + limit }
    },
    dispute,
    moveDispute,
    /** The bank decides. Won, all comes back; the fee is gone either way. */
    closeDispute(id: string, status: 'won' | 'lost'): void {
      const closed = disputes.get(id) ?? {}
      closed.status = status
      const before = closed.balance_transactions as readonly { readonly amount: number }[]
      const taken = -before.reduce((sum, { amount }) => sum + amount, 0)
      if (status === 'won' && taken > 0) moveDispute(id, taken)
      emit('charge.dispute.closed', closed)
    },
    /** What a refund that is pending ends as. */
    settleRefund(id: string, status: 'succeeded' | 'failed'): void {
      const refund = refunds.get(id) ?? {}
      refund.status = status
      if (status === 'failed') move(id, Number(refund.amount), refund)
      emit(status === 'failed' ? 'refund.failed' : 'refund.updated', refund)
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
