import { moneyToDecimal } from '@stagedoor/payment-gateway'
import { HttpError, json, limitOf, optional, type Route, readJsonObject } from '@stagedoor/web-handler'
import { TipError } from '../errors.ts'
import type { AlertSettingsInput, GoalInput, LeaderboardQuery, TipMenuItemInput } from '../tips.ts'
import { alertStreamResponse, parseAlertId } from './alert-stream.ts'
import { idOf, ownCreator, type TipsRequest, type TipsRouteContext } from './context.ts'
import {
  alertSettingsJson,
  balanceJson,
  blockedJson,
  goalJson,
  leaderboardJson,
  menuItemJson,
} from './tip-json.ts'

/** The part of the table that is about a creator. */
export const creatorRoutes: readonly Route<TipsRouteContext>[] = [
  { method: 'GET', path: '/creators/:/earnings', handle: earnings },
  { method: 'GET', path: '/creators/:/statement', handle: statement },
  { method: 'GET', path: '/creators/:/goal', handle: getGoal },
  { method: 'PUT', path: '/creators/:/goal', handle: putGoal },
  { method: 'DELETE', path: '/creators/:/goal', handle: deleteGoal },
  { method: 'GET', path: '/creators/:/menu', handle: getMenu },
  { method: 'PUT', path: '/creators/:/menu', handle: putMenu },
  { method: 'GET', path: '/creators/:/leaderboard', handle: leaderboard },
  { method: 'GET', path: '/creators/:/blocked', handle: listBlocked },
  { method: 'POST', path: '/creators/:/blocked', handle: blockByTip },
  { method: 'PUT', path: '/creators/:/blocked/:', handle: block },
  { method: 'DELETE', path: '/creators/:/blocked/:', handle: unblock },
  // An overlay runs in the broadcaster's encoder, where nobody is signed in: its address holds a secret.
  { method: 'GET', path: '/creators/:/alerts', crossSite: true, handle: alerts },
  { method: 'GET', path: '/creators/:/alerts/settings', handle: getAlertSettings },
  { method: 'PUT', path: '/creators/:/alerts/settings', handle: putAlertSettings },
  { method: 'POST', path: '/creators/:/alerts/rotate', handle: rotateAlertToken },
  { method: 'POST', path: '/creators/:/alerts/test', handle: testAlert },
]

async function earnings(request: TipsRequest): Promise<Response> {
  const balances = await request.tips.getCreatorEarnings(ownCreator(request))
  return json(200, { balances: balances.map(balanceJson) })
}

async function statement(request: TipsRequest): Promise<Response> {
  const creatorId = ownCreator(request)
  const query = request.url.searchParams
  const read = (name: string) => query.get(name) ?? ''
  const [currency, from, to] = [read('currency'), read('from'), read('to')]
  const lines = request.tips.getStatement({
    ...{ creatorId, currency, from, to },
    // For people and their spreadsheets: 8.59, where JSON has minor units.
    formatAmount: moneyToDecimal,
  })
  // The first piece tells whether the query can be answered, while there is a status to say so with.
  const iterator = lines[Symbol.asyncIterator]()
  const first = await iterator.next()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (!first.done) controller.enqueue(encoder.encode(first.value))
    },
    pull: async (controller) => {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await iterator.return?.()
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      // Both were validated with the first piece.
      'content-disposition': `attachment; filename="statement-${currency}-${from.slice(0, 10)}.csv"`,
      'cache-control': 'no-store',
    },
  })
}

async function getGoal(request: TipsRequest): Promise<Response> {
  const found = await request.tips.getGoal(idOf(request))
  return json(200, found ? goalJson(found) : { goal: null })
}

async function putGoal(request: TipsRequest): Promise<Response> {
  const creatorId = ownCreator(request)
  const input = await readJsonObject(request.request, request.maxBodyBytes)
  // The verb validates every field at run time; the type only names what it takes.
  const set = await request.tips.setGoal(creatorId, input as unknown as GoalInput)
  return json(200, set ? goalJson(set) : { goal: null })
}

async function deleteGoal(request: TipsRequest): Promise<Response> {
  await request.tips.setGoal(ownCreator(request), null)
  return new Response(null, { status: 204 })
}

async function getMenu(request: TipsRequest): Promise<Response> {
  return json(200, { items: (await request.tips.getMenu(idOf(request))).map(menuItemJson) })
}

async function putMenu(request: TipsRequest): Promise<Response> {
  const creatorId = ownCreator(request)
  const { items, ...others } = await readJsonObject(request.request, request.maxBodyBytes)
  if (Object.keys(others).length > 0) throw new HttpError('invalid_input', 'Send { "items": [...] } alone.')
  const menu = await request.tips.setMenu(creatorId, items as readonly TipMenuItemInput[])
  return json(200, { items: menu.map(menuItemJson) })
}

async function leaderboard(request: TipsRequest): Promise<Response> {
  const query = request.url.searchParams
  const currency = query.get('currency') ?? Object.keys(request.tips.rules.currencies)[0] ?? 'USD'
  const period = query.get('period') as LeaderboardQuery['period'] | null
  const lines = await request.tips.getLeaderboard({
    creatorId: idOf(request),
    currency,
    ...optional('period', period),
    ...optional('streamId', query.get('streamId')),
    ...optional('limit', limitOf(query)),
  })
  return json(200, { items: lines.map((line, index) => leaderboardJson(line, index, currency)) })
}

async function listBlocked(request: TipsRequest): Promise<Response> {
  const query = request.url.searchParams
  const page = await request.tips.listBlockedPayers(ownCreator(request), {
    ...optional('cursor', query.get('cursor')),
    ...optional('limit', limitOf(query)),
  })
  return json(200, { items: page.items.map(blockedJson), nextCursor: page.nextCursor })
}

/** Who tipped is blocked by the tip: nobody tells a creator the id of a payer. */
async function blockByTip(request: TipsRequest): Promise<Response> {
  const creatorId = ownCreator(request)
  const { tipId, ...others } = await readJsonObject(request.request, request.maxBodyBytes)
  if (Object.keys(others).length > 0) throw new HttpError('invalid_input', 'Send { "tipId": "..." } alone.')
  const blocked = await request.tips.blockPayerOfTip(creatorId, tipId as string)
  return json(201, { blocked: blockedJson(blocked) })
}

async function block(request: TipsRequest): Promise<Response> {
  await request.tips.blockPayer(ownCreator(request), idOf(request, 1))
  return new Response(null, { status: 204 })
}

async function unblock(request: TipsRequest): Promise<Response> {
  await request.tips.unblockPayer(ownCreator(request), idOf(request, 1))
  return new Response(null, { status: 204 })
}

async function alerts(context: TipsRequest): Promise<Response> {
  const { tips, request, url, pollSeconds } = context
  const creatorId = idOf(context)
  const token = url.searchParams.get('token') ?? ''
  const afterSeq = parseAlertId(request.headers.get('last-event-id') ?? url.searchParams.get('lastEventId'))
  if (!(await tips.isAlertToken(creatorId, token))) {
    throw new TipError({
      code: 'forbidden',
      message: 'This address of the overlay does not work any more. Make a new one in the studio.',
    })
  }
  return alertStreamResponse(tips, { creatorId, token, afterSeq, pollSeconds, request })
}

async function getAlertSettings(request: TipsRequest): Promise<Response> {
  const settings = await request.tips.getAlertSettings(ownCreator(request))
  return json(200, { settings: settings && alertSettingsJson(settings) })
}

async function putAlertSettings(request: TipsRequest): Promise<Response> {
  const creatorId = ownCreator(request)
  const input = await readJsonObject(request.request, request.maxBodyBytes)
  const settings = await request.tips.setAlertSettings(creatorId, input as AlertSettingsInput)
  return json(200, { settings: alertSettingsJson(settings) })
}

async function rotateAlertToken(request: TipsRequest): Promise<Response> {
  const { token, settings } = await request.tips.rotateAlertToken(ownCreator(request))
  return json(201, { token, settings: alertSettingsJson(settings) })
}

async function testAlert(request: TipsRequest): Promise<Response> {
  await request.tips.sendTestAlert(ownCreator(request))
  return new Response(null, { status: 204 })
}
