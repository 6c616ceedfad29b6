import { type Json, missing, type Params, refused, StripeProblem } from './stripe-problem.fixture.ts'
import { createStripeReturns, type StripeMovement } from './stripe-returns.fixture.ts'

/** Stripe's objects and what its verbs do to them, as far as the adapter goes. */
export function createStripeState() {
  const intents = new Map<string, Json & { refunded: number }>()
  const sessions = new Map<string, Json>()
  const subscriptions = new Map<string, Json>()
  const invoices = new Map<string, Json>()
  const transfers = new Map<string, Json>()
  const events: Json[] = []
  const movements: StripeMovement[] = []
  let count = 0
  const newId = (prefix: string) => `${prefix}_${++count}`
  const seconds = () => Math.floor(Date.now() / 1000)
  const emit = (type: string, object: Json, more: Json = {}) =>
    events.push({
      id: newId('evt'),
      object: 'event',
      type,
      created: seconds(),
      livemode: false,
      data: { object: structuredClone(object) },
      ...more,
    })
  const move = (ref: unknown, amount: number, { currency }: Json) =>
    movements.push({ ref: String(ref), amount, currency: String(currency) })

  const returns = createStripeReturns({ intents, newId, emit, move })

  function pay(intent: Json): void {
    const fee = Math.round(Number(intent.amount) * 0.029) + 30
    intent.status = 'succeeded'
    intent.amount_received = intent.amount
    intent.latest_charge = {
      id: newId('ch'),
      created: seconds(),
      balance_transaction: { fee, currency: intent.currency },
    }
    // A destination charge passes the creator's part on at once, and the application fee stays.
    const passedOn = intent.transfer_data
      ? Number(intent.amount) - Number(intent.application_fee_amount ?? 0)
      : 0
    for (const amount of [Number(intent.amount), -fee, -passedOn]) move(intent.id, amount, intent)
    emit('payment_intent.succeeded', intent)
  }

  function confirm(intent: Json, method: string): void {
    if (method === 'pm_card_visa') {
      pay(intent)
      return
    }
    if (method === 'pm_action') {
      intent.status = 'requires_action'
      intent.next_action = { type: 'redirect_to_url', redirect_to_url: { url: 'https://bank.example/3ds' } }
      return
    }
    if (method === 'pm_bank') {
      intent.status = 'processing'
      return
    }
    if (method !== 'pm_declined') throw missing('payment_method')
    const error = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' }
    intent.last_payment_error = error
    emit('payment_intent.payment_failed', intent)
    throw new StripeProblem(402, { ...error, payment_intent: intent })
  }

  function createIntent(params: Params): Json {
    const amount = Number(params.amount)
    if (amount < 50) throw refused('amount_too_small', 'amount')
    const id = newId('pi')
    const intent = {
      id,
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount,
      amount_received: 0,
      currency: params.currency,
      created: seconds(),
      client_secret: `${id}_secret_abcdef`,
      metadata: params.metadata ?? {},
      ...(params.transfer_data && {
        transfer_data: params.transfer_data,
        application_fee_amount: params.application_fee_amount,
      }),
      refunded: 0,
    }
    intents.set(id, intent)
    if (params.confirm === 'true') confirm(intent, String(params.payment_method))
    return intent
  }

  function createSession(params: Params): Json {
    const item = at(params, 'line_items', '0', 'price_data')
    const id = newId('cs_test')
    const session = {
      id,
      object: 'checkout.session',
      mode: params.mode,
      status: 'open',
      payment_status: 'unpaid',
      amount_total: Number(item.unit_amount),
      currency: item.currency,
      created: seconds(),
      expires_at: seconds() + 86_400,
      url: `https://checkout.stripe.example/${id}`,
      payment_intent: null,
      subscription: null,
      metadata: params.metadata ?? {},
      intentMetadata: at(params, 'payment_intent_data').metadata,
    }
    sessions.set(id, session)
    return session
  }

  function createSubscription(params: Params): Json {
    const price = at(params, 'items', '0', 'price_data')
    const metadata = params.metadata ?? {}
    const intent = createIntent({ amount: String(price.unit_amount), currency: price.currency })
    const id = newId('sub')
    const end = seconds() + 30 * 86_400
    const invoice: Json = {
      id: newId('in'),
      object: 'invoice',
      amount_paid: 0,
      currency: price.currency,
      billing_reason: 'subscription_create',
      parent: { subscription_details: { subscription: id, metadata } },
      lines: { data: [{ period: { start: seconds(), end } }] },
      status_transitions: { paid_at: null },
    }
    const subscription: Json = {
      id,
      object: 'subscription',
      status: 'incomplete',
      metadata,
      created: seconds(),
      cancel_at_period_end: false,
      items: { data: [{ current_period_end: end }] },
    }
    try {
      confirm(intent, String(params.default_payment_method))
    } catch (error) {
      if (!(error instanceof StripeProblem)) throw error
    }
    if (intent.status === 'succeeded') {
      subscription.status = 'active'
      invoice.amount_paid = intent.amount
      invoice.status_transitions = { paid_at: seconds() }
      emit('invoice.paid', invoice)
    }
    invoice.payments = { data: [{ payment: { type: 'payment_intent', payment_intent: intent.id } }] }
    subscription.latest_invoice = invoice
    invoices.set(String(invoice.id), invoice)
    subscriptions.set(id, subscription)
    emit('customer.subscription.created', subscription)
    return subscription
  }

  function search(items: Iterable<Json>, query: string): Json {
    const [, key = '', value] = /^metadata\['(\w+)'\]:'([^']*)'$/.exec(query) ?? []
    const data = [...items].filter((item) => (item.metadata as Record<string, string>)[key] === value)
    return { object: 'search_result', data, has_more: false }
  }

  /** The answer of one request. */
  function handle(method: string, path: string, params: Params): unknown {
    const [, group = '', id = '', verb = ''] = path.split('/')
    const get = (items: ReadonlyMap<string, Json>, key = id) => {
      const item = items.get(key)
      if (!item) throw missing('id')
      return item
    }
    switch (`${method} ${group}`) {
      case 'POST payment_intents':
        return createIntent(params)
      case 'GET payment_intents':
        return id === 'search' ? search(intents.values(), String(params.query)) : get(intents)
      case 'POST checkout':
        return createSession(params)
      case 'GET checkout':
        return get(sessions, verb)
      case 'POST refunds':
        return returns.createRefund(params)
      case 'GET refunds':
        return id === '' ? returns.listRefunds(params) : get(returns.refunds)
      case 'GET subscriptions':
        return id === 'search' ? search(subscriptions.values(), String(params.query)) : get(subscriptions)
      case 'POST subscriptions': {
        if (id === '') return createSubscription(params)
        const subscription = get(subscriptions)
        subscription.cancel_at_period_end = params.cancel_at_period_end === 'true'
        const previous_attributes = { cancel_at_period_end: false }
        emit('customer.subscription.updated', subscription, {
          data: { object: subscription, previous_attributes },
        })
        return subscription
      }
      case 'DELETE subscriptions': {
        const subscription = get(subscriptions)
        if (subscription.status === 'canceled') throw missing('id')
        subscription.status = 'canceled'
        subscription.ended_at = seconds()
        emit('customer.subscription.deleted', subscription)
        return subscription
      }
      case 'GET invoice_payments':
        return get(invoices, String(params.invoice)).payments
      case 'POST transfers': {
        if (verb === 'reversals') {
          const { currency } = get(transfers)
          return { id: newId('trr'), amount: Number(params.amount), currency, transfer: id }
        }
        if (Number(params.amount) > 1_000_000) throw refused('balance_insufficient')
        const transfer = {
          id: newId('tr'),
          amount: Number(params.amount),
          currency: params.currency,
          destination: params.destination,
        }
        transfers.set(transfer.id, transfer)
        return transfer
      }
    }
    throw missing('url')
  }

  return {
    handle,
    intents,
    sessions,
    events,
    /** Stripe's own books. */
    movements,
    emit,
    refunds: returns.refunds,
    dispute: returns.dispute,
    moveDispute: returns.moveDispute,
    closeDispute: returns.closeDispute,
    failRefund: returns.failRefund,
    settleRefund: returns.settleRefund,
    settings: returns.settings,
    /** The payer pays on the page of a session. */
    paySession(id: string): void {
      const session = sessions.get(id) ?? {}
      const intent = createIntent({
        amount: String(session.amount_total),
        currency: String(session.currency),
        metadata: session.intentMetadata as Params,
      })
      pay(intent)
      Object.assign(session, { payment_intent: intent.id, payment_status: 'paid', status: 'complete' })
      emit('checkout.session.completed', session)
    },
    /** The payer confirms in the page. */
    payIntent(id: string): void {
      const intent = intents.get(id)
      if (intent) pay(intent)
    },
  }
}

function at(params: Params, ...path: string[]): Params {
  let value: Params = params
  for (const part of path) {
    const next = value[part]
    value = typeof next === 'object' ? next : {}
  }
  return value
}
