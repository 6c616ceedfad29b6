import { json, limitBody, limitOf, optional, type Route, readJsonObject } from '@stagedoor/web-handler'
import { TipError } from '../errors.ts'
import type { TipStatus } from '../tip.ts'
import type { CreateTipInput, RefundTipInput } from '../tips.ts'
import {
  callOptions,
  idempotencyKeyOf,
  idOf,
  ownCreator,
  signedIn,
  type TipsRequest,
  type TipsRouteContext,
} from './context.ts'
import { creatorRoutes } from './creator-routes.ts'
import { outcomeJson, refundJson, refundOutcomeJson, tipJson } from './tip-json.ts'

/** The table of `/api/tips`. */
export const routes: readonly Route<TipsRouteContext>[] = [
  { method: 'POST', path: '/tips', handle: createTip },
  { method: 'GET', path: '/tips', handle: listTips },
  { method: 'GET', path: '/tips/:', handle: getTip },
  { method: 'POST', path: '/tips/:/refund', handle: refundTip },
  { method: 'GET', path: '/rules', handle: rules },
  { method: 'POST', path: '/webhooks/:', crossSite: true, handle: webhook },
  ...creatorRoutes,
]

async function createTip(request: TipsRequest): Promise<Response> {
  const payer = signedIn(request)
  const idempotencyKey = idempotencyKeyOf(request)
  const input = await readJsonObject(request.request, request.maxBodyBytes)
  // The verb validates every field at run time; the type only names what it takes.
  const { tip, outcome } = await request.tips.createTip(payer, input as unknown as CreateTipInput, {
    ...callOptions(request),
    idempotencyKey,
  })
  return json(201, { tip: tipJson(tip, 'payer'), outcome: outcomeJson(outcome) })
}

/** A creator's tips to the creator, and else the caller's own. */
async function listTips(request: TipsRequest): Promise<Response> {
  const { userId } = signedIn(request)
  const query = request.url.searchParams
  const creatorId = query.get('creatorId')
  const page = await request.tips.listTips({
    ...(creatorId === null ? { payerId: userId } : { creatorId: ownCreator(request, creatorId) }),
    ...optional('streamId', query.get('streamId')),
    ...optional('status', query.get('status') as TipStatus | null),
    ...optional('cursor', query.get('cursor')),
    ...optional('limit', limitOf(query)),
  })
  return json(200, {
    items: page.items.map((tip) => tipJson(tip, creatorId === null ? 'payer' : 'creator')),
    nextCursor: page.nextCursor,
  })
}

async function getTip(request: TipsRequest): Promise<Response> {
  const { userId } = signedIn(request)
  const tip = await request.tips.getTip(idOf(request))
  const isPayer = tip.payerId === userId
  if (!isPayer) ownCreator(request, tip.creatorId)
  return json(200, { tip: tipJson(tip, isPayer ? 'payer' : 'creator') })
}

async function refundTip(request: TipsRequest): Promise<Response> {
  signedIn(request)
  const tipId = idOf(request)
  const { creatorId } = await request.tips.getTip(tipId)
  ownCreator(request, creatorId)
  const idempotencyKey = idempotencyKeyOf(request)
  const input = await readJsonObject(request.request, request.maxBodyBytes)
  const { tip, refund, outcome } = await request.tips.refundTip(tipId, input as RefundTipInput, {
    ...callOptions(request),
    idempotencyKey,
  })
  return json(200, {
    tip: tipJson(tip, 'creator'),
    refund: refundJson(tip, refund),
    outcome: refundOutcomeJson(outcome),
  })
}

async function rules({ tips }: TipsRequest): Promise<Response> {
  const { currencies, maxMessageLength } = tips.rules
  const ranges = Object.entries(currencies).map(([currency, { minimum, maximum }]) => ({
    ...{ currency, minimum: `${minimum}`, maximum: `${maximum}` },
  }))
  return json(200, { currencies: ranges, maxMessageLength })
}

async function webhook(request: TipsRequest): Promise<Response> {
  const limited = await limitBody(request.request, request.maxWebhookBytes)
  const remoteAddress = request.remoteAddress(request.request)
  try {
    await request.tips.receiveWebhook(idOf(request), limited, {
      ...callOptions(request),
      ...optional('remoteAddress', remoteAddress),
    })
  } catch (error) {
    throw webhookError(error)
  }
  return json(200, { received: true })
}

/** Only what is not from the gateway is refused for good; the rest is for the gateway to send again. */
function webhookError(error: unknown): unknown {
  if (!(error instanceof TipError) || error.code !== 'invalid_input') return error
  const { message, cause } = error
  return new TipError({ code: 'internal', message: `The event could not be applied: ${message}`, cause })
}
