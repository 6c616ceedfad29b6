import { isTipError } from '@stagedoor/tips'
import type { Entry, Grant } from './entry.ts'
import { isPaywallError } from './errors.ts'
import { grantedBy } from './grant-windows.ts'
import { type PaywallPayments, saleStatus } from './payments.ts'
import type { PaywallContext } from './paywall-context.ts'
import type { PaywallSale } from './sale.ts'

type Payment = Awaited<ReturnType<PaywallPayments['getTip']>>

/**
 * Gives what a sale was for, or takes it away, by how its payment stands. Many may do so at once, and with an old look at the
 * payment: who has written looks again, and whoever looks last has seen the last.
 *
 * @returns the payment, null when there is none.
 */
export async function settleSale(
  context: PaywallContext,
  payments: PaywallPayments,
  sale: PaywallSale,
): Promise<Payment | null> {
  let payment = await findPayment(payments, sale)
  while (payment) {
    const { version } = payment
    await bring(context, sale, payment)
    payment = await findPayment(payments, sale)
    if (payment?.version === version) break
  }
  return payment
}

/** The payment of a sale, null when it has not been made. */
export async function findPayment(payments: PaywallPayments, sale: PaywallSale): Promise<Payment | null> {
  try {
    return await payments.getTip(sale.paymentId)
  } catch (error) {
    if (isTipError(error, 'not_found')) return null
    throw error
  }
}

async function bring(context: PaywallContext, sale: PaywallSale, payment: Payment): Promise<void> {
  const status = saleStatus(payment)
  if (status !== 'paid' && status !== 'returned') return
  const { turn, entries } = await lastTurn(context, sale)
  const isGiven = entries.length > 0 && !entries.some(({ kind }) => kind === 'revocation')
  if (isGiven === (status === 'paid')) return
  if (isGiven) return take(context, sale, turnRef(sale, turn), payment)
  if (status === 'paid') await give(context, sale, payment, turn + 1)
}

/** What was given, taken and given again has turns: the second begins when a dispute is won. */
async function lastTurn({ settings }: PaywallContext, sale: PaywallSale) {
  let last: { turn: number; entries: readonly Entry[] } = { turn: 0, entries: [] }
  for (;;) {
    const turn = last.turn + 1
    const entries = await settings.store.findEntries(turnRef(sale, turn))
    if (!entries.some(({ kind }) => kind === 'grant')) return last
    last = { turn, entries }
  }
}

async function give(context: PaywallContext, sale: PaywallSale, payment: Payment, turn: number) {
  const { userId, creatorId, terms, offerId } = sale
  const now = context.now()
  const granted = whatIsGranted(context, sale, payment.completedAt ?? now)
  if (!granted) return
  const { resources, window } = granted
  const startsAt = turn === 1 || window.startsAt > now ? window.startsAt : now
  if (window.endsAt !== null && window.endsAt <= startsAt) return
  const grants = resources.map(
    (resource): Grant => ({
      ...{ kind: 'grant', userId, resource, source: terms.kind, offerId },
      ...{ sourceRef: turnRef(sale, turn), startsAt, endsAt: window.endsAt },
    }),
  )
  await context.commit({
    entries: grants,
    audit: [{ ...record(context, sale), action: 'sale.paid' }],
    events: [context.changed(userId, creatorId)],
  })
}

/** Null for a show that was over when the money came: nothing is given for it, and it is for somebody to give it back. */
function whatIsGranted(context: PaywallContext, sale: PaywallSale, paidAt: string) {
  try {
    return grantedBy(sale, paidAt)
  } catch (error) {
    if (!isPaywallError(error, 'conflict')) throw error
    context.settings.logger.warn('a ticket was paid after its show; refund it', {
      ...{ saleId: sale.id, paymentId: sale.paymentId },
    })
    return null
  }
}

async function take(context: PaywallContext, sale: PaywallSale, sourceRef: string, payment: Payment) {
  const { userId, creatorId } = sale
  const reason = payment.dispute === 'none' || payment.dispute === 'won' ? 'refund' : 'dispute'
  await context.commit({
    entries: [{ kind: 'revocation', userId, sourceRef, from: context.now(), reason }],
    audit: [{ ...record(context, sale), action: 'sale.returned', reason }],
    events: [context.changed(userId, creatorId)],
  })
}

function record(context: PaywallContext, { creatorId, userId, id }: PaywallSale) {
  const at = context.now()
  return { id: context.settings.generateId(), at, actorId: null, creatorId, userId, subject: id }
}

function turnRef({ id }: PaywallSale, turn: number): string {
  return `purchase:${id}:${turn}`
}
