import type { GatewayEvent } from '@stagedoor/payment-gateway'
import { applyFact } from './apply-fact.ts'
import { toTipError } from './call-gateway.ts'
import { TipError } from './errors.ts'
import { factOfEvent } from './map-gateway.ts'
import { requireEvent } from './read-event.ts'
import type { AppliedEvent, ReceiveWebhookOptions } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { bookUnclaimed } from './unclaimed.ts'

/** How long an event that names a tip that is not there is refused. Tips are stored before anything is charged. */
const unknownTipSeconds = 15 * 60

/**
 * How long a refund or dispute that names a payment alone is refused, so that its gateway sends it again: as long as gateways do, as
 * after an outage a refund may be told of before the payment that makes it known.
 */
const unknownChargeSeconds = 3 * 86_400

/** Verifies a gateway's webhook and applies what it tells. */
export async function receiveWebhook(
  context: TipsContext,
  gatewayId: string,
  request: Request,
  options: ReceiveWebhookOptions,
): Promise<readonly AppliedEvent[]> {
  const gateway = context.gateway(gatewayId)
  const events = await verified(gateway.receiveWebhook(request, options), gatewayId)
  const foreign = events.find((event) => event.gateway !== gatewayId)
  if (foreign) {
    throw new TipError({
      code: 'misconfigured',
      field: 'gateway',
      message: `The gateway ${gatewayId} answered with an event of '${foreign.gateway.slice(0, 40)}'.`,
    })
  }
  const results: AppliedEvent[] = []
  for (const event of events) results.push(await applyEvent(context, event))
  return results
}

/** Applies one event, by the same path as answers and look-ups. */
export async function applyEvent(context: TipsContext, event: GatewayEvent): Promise<AppliedEvent> {
  requireEvent(event)
  const about = factOfEvent(event)
  if (!about) return { eventId: event.id, outcome: 'ignored' }
  const tipId = await tipOf(context, event, about)
  if (tipId === undefined) return { eventId: event.id, outcome: 'applied' }
  if (tipId === null) return { eventId: event.id, outcome: 'ignored' }
  const applied = await applyFact(context, {
    tipId,
    fact: about.fact,
    occurredAt: event.occurredAt,
    event: { gateway: event.gateway, id: event.id, type: event.type },
  })
  if (!applied) return unknownTip(context, event, unknownTipSeconds)
  return { eventId: event.id, outcome: applied.outcome, tipId }
}

/** By our reference, or by the gateway's; null for what concerns no tip, undefined for what was booked without one. */
async function tipOf(
  context: TipsContext,
  event: GatewayEvent,
  { merchantRef, chargeRef }: { readonly merchantRef?: string; readonly chargeRef: string },
): Promise<string | null | undefined> {
  if (merchantRef !== undefined) return merchantRef.startsWith('tip_') ? merchantRef : null
  const tip = await context.settings.store.findByCharge(event.gateway, chargeRef)
  if (tip) return tip.id
  if (await bookUnclaimed(context, event)) return undefined
  const isReturn = event.type.startsWith('refund.') || event.type.startsWith('dispute.')
  unknownTip(context, event, isReturn ? unknownChargeSeconds : unknownTipSeconds)
  return null
}

/**
 * A refund may be told of before its payment. After a while the tip is somebody else's, as of a test system with the same
 * account: the event is let go, with a warning.
 */
function unknownTip(context: TipsContext, event: GatewayEvent, patienceSeconds: number): AppliedEvent {
  const ageSeconds = (Date.parse(context.now()) - Date.parse(event.occurredAt)) / 1000
  if (ageSeconds < patienceSeconds) {
    throw new TipError({
      code: 'provider_unavailable',
      message: `The event ${event.id} is about a tip that is not known yet. Send it again.`,
    })
  }
  const { id, gateway, type } = event
  context.settings.logger.warn('an event is about no tip of ours', { gateway, eventId: id, type })
  return { eventId: id, outcome: 'ignored' }
}

async function verified<Result>(work: Promise<Result>, gateway: string): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw toTipError(error, gateway)
  }
}
