import { type CreateTipReturn, isTipError } from '@stagedoor/tips'
import { digestId } from './digest-id.ts'
import { PaywallError, paywallErrorTable } from './errors.ts'
import { grantedBy } from './grant-windows.ts'
import { pageOf, readPage } from './page.ts'
import { type PaywallPayments, saleStatus } from './payments.ts'
import type { Paywall, PurchaseInput } from './paywall.ts'
import { type PaywallContext, requireCreator } from './paywall-context.ts'
import type { PaywallSale } from './sale.ts'
import { findPayment, settleSale } from './settle-sale.ts'
import { readId, readKey } from './validate.ts'

type SaleVerbs = Pick<Paywall, 'purchase' | 'getSale' | 'listSales' | 'applyPayment'>

/** So long a sale whose payment is not there may be just on its way to the gateway. */
const startSeconds = 60

/** The verbs that sell. */
export function saleVerbs(context: PaywallContext): SaleVerbs {
  const { store } = context.settings

  return {
    purchase: async (actor, input, { idempotencyKey, signal }) => {
      const payments = requirePayments(context)
      const userId = readId('actor.userId', actor?.userId)
      const id = await digestId('sale', userId, readKey(idempotencyKey))
      const sale = (await store.getSale(id)) ?? (await begin(context, payments, { userId, id, input }))
      if (sale.offerId !== input.offerId) {
        throw new PaywallError({
          code: 'conflict',
          field: 'idempotencyKey',
          message:
            'idempotencyKey: it belongs to a purchase of something else. Draw a new one for each purchase.',
        })
      }
      const { tip, outcome } = await charge(payments, actor, { sale, input, signal })
      // Whoever has paid is let in with the answer, and not when the event arrives.
      const payment = tip.status === 'completed' ? await settleSale(context, payments, sale) : tip
      return { sale, status: saleStatus(payment ?? tip), outcome }
    },
    getSale: async (actor, saleId) => {
      const sale = await store.getSale(readId('saleId', saleId))
      if (!sale)
        throw new PaywallError({ code: 'not_found', message: `There is no sale ${saleId.slice(0, 60)}.` })
      if (sale.userId !== actor.userId) requireCreator(actor, sale.creatorId)
      const payment = await findPayment(requirePayments(context), sale)
      return { sale, status: payment ? saleStatus(payment) : 'pending' }
    },
    listSales: async (actor, query) => {
      const owner = 'userId' in query ? query.userId : query.creatorId
      requireCreator(actor, readId('userId' in query ? 'userId' : 'creatorId', owner))
      const { afterId, limit } = readPage(query)
      const rows = await store.listSales({
        ...('userId' in query ? { userId: owner } : { creatorId: owner }),
        ...(afterId === undefined ? {} : { afterId }),
        limit: limit + 1,
      })
      return pageOf(rows, limit, ({ id }) => id)
    },
    applyPayment: async (event) => {
      const purpose = 'tip' in event ? event.tip.purpose : undefined
      const sale = purpose ? await store.getSale(purpose.id) : null
      // Something of the platform's own may be paid by the same way.
      if (sale) await settleSale(context, requirePayments(context), sale)
    },
  }
}

interface BeginInput {
  readonly userId: string
  readonly id: string
  readonly input: PurchaseInput
}

/** Stores the sale before anything is charged, unless the viewer has it already. */
async function begin(
  context: PaywallContext,
  payments: PaywallPayments,
  { userId, id, input }: BeginInput,
): Promise<PaywallSale> {
  const { store } = context.settings
  const offer = await store.getOffer(readId('offerId', input.offerId))
  if (!offer?.isOnSale) {
    throw new PaywallError({ code: 'not_found', field: 'offerId', message: 'offerId: this is not on sale.' })
  }
  const { creatorId, version, title, price, terms } = offer
  if (input.offerVersion !== undefined && input.offerVersion !== version) {
    throw new PaywallError({
      code: 'conflict',
      field: 'offerVersion',
      message: `offerVersion: the offer has changed; it is version ${version} now. Show it again before you charge.`,
    })
  }
  if (terms.kind === 'subscription') {
    throw new PaywallError({
      code: 'unsupported',
      field: 'offerId',
      message: 'offerId: it is a subscription, and none is charged here yet. Tickets and bundles are.',
    })
  }
  if (userId === creatorId) throw new PaywallError({ code: 'conflict', message: 'It is your own.' })
  const createdAt = context.now()
  // Of a show that is over nothing is sold.
  grantedBy(offer, createdAt)
  await requireNotBanned(context, userId, creatorId)
  const paymentId = await payments.tipIdFor(userId, paymentKey(id))
  const sale: PaywallSale = {
    ...{ id, userId, creatorId, offerId: offer.id, offerVersion: version, title, price, terms },
    ...{ paymentId, gateway: input.gateway ?? null, createdAt },
  }
  let replacing: string | null = null
  for (;;) {
    const present = await store.startSale(sale, replacing)
    if (present.id === id) return present
    await requireOver(context, payments, present)
    // It may be another one meanwhile.
    replacing = present.id
  }
}

/** @throws `conflict` while the viewer has, or may be getting, what they want to buy. */
async function requireOver(
  { now }: PaywallContext,
  payments: PaywallPayments,
  present: PaywallSale,
): Promise<void> {
  const payment = await findPayment(payments, present)
  const ageSeconds = (Date.parse(now()) - Date.parse(present.createdAt)) / 1000
  const status = payment ? saleStatus(payment) : ageSeconds < startSeconds ? 'pending' : 'failed'
  if (status === 'pending') {
    throw new PaywallError({
      code: 'conflict',
      message: `It is being paid for already, by the sale ${present.id}. Finish that one, or let it expire.`,
    })
  }
  if (status !== 'paid') return
  const { endsAt } = grantedBy(present, payment?.completedAt ?? present.createdAt).window
  if (endsAt === null || now() < endsAt) {
    throw new PaywallError({ code: 'conflict', message: 'You have bought this already.' })
  }
}

async function requireNotBanned({ settings }: PaywallContext, userId: string, creatorId: string) {
  const [access] = await settings.store.loadAccess([{ userId, creatorId, streamId: '-' }])
  if (!access?.isBanned) return
  throw new PaywallError({ code: 'forbidden', message: 'This creator does not sell to you.' })
}

interface ChargeInput {
  readonly sale: PaywallSale
  readonly input: PurchaseInput
  readonly signal: AbortSignal | undefined
}

/** The same charge each time, at the price that was agreed. */
async function charge(
  payments: PaywallPayments,
  actor: { readonly userId: string; readonly displayName?: string },
  { sale: { id, creatorId, price, title, terms, gateway }, input, signal }: ChargeInput,
): Promise<CreateTipReturn> {
  const payment = {
    ...{ creatorId, amount: price, purpose: { type: 'purchase', id, title } as const },
    ...(terms.kind === 'ticket' ? { streamId: terms.streamId } : {}),
    ...(gateway === null ? {} : { gateway }),
    ...(input.instrument === undefined ? {} : { instrument: input.instrument }),
  }
  const options = { idempotencyKey: paymentKey(id), ...(signal ? { signal } : {}) }
  try {
    return await payments.createPayment(actor, payment, options)
  } catch (error) {
    throw toPaywallError(error)
  }
}

function paymentKey(saleId: string): string {
  return `sale:${saleId}`
}

function requirePayments({ settings }: PaywallContext): PaywallPayments {
  if (settings.payments) return settings.payments
  throw new PaywallError({
    code: 'unsupported',
    message: 'Nothing can be bought here: createPaywall() was given no payments.',
  })
}

/** An error of tips in the words of the paywall; anything else as it is. */
function toPaywallError(error: unknown): unknown {
  if (!isTipError(error)) return error
  const { code, message, field, retryAfterSeconds } = error
  return new PaywallError({
    ...{ code: code in paywallErrorTable ? (code as keyof typeof paywallErrorTable) : 'internal' },
    ...{ message, cause: error },
    ...(field === undefined ? {} : { field }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}
