import { splitFee } from '@stagedoor/ledger'
import {
  type ChargeOutcome,
  type DeclineCode,
  isPaymentError,
  type TipCharge,
} from '@stagedoor/payment-gateway'
import { applyFact, laterBy } from './apply-fact.ts'
import { callGateway, isRepeatable, retrieveCharge, toTipError } from './call-gateway.ts'
import { derivedId, sha256 } from './digest.ts'
import { invalidInput, TipError } from './errors.ts'
import { readPayee, readVerdict } from './hook-answers.ts'
import { factOfOutcome } from './map-gateway.ts'
import type { Payee, TipActor, TipRequest } from './options.ts'
import type { Tip, TipTerms } from './tip.ts'
import type { CreateTipInput, CreateTipOptions, CreateTipReturn } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import {
  inWords,
  readMoney,
  readName,
  readText,
  refuseUnknownFields,
  requireId,
  requireKey,
} from './validate.ts'

const fields = [
  'creatorId',
  'streamId',
  'amount',
  'message',
  'anonymous',
  'instrument',
  'gateway',
  'menuItemId',
]

/** From the creation until the answer of the gateway, at the latest. */
const firstCheckSeconds = 60

/** Stores the tip before the gateway is asked, so that whatever happens then finds it. */
export async function createTip(
  context: TipsContext,
  payer: TipActor,
  input: CreateTipInput,
  { idempotencyKey, signal }: CreateTipOptions,
): Promise<CreateTipReturn> {
  requireKey('idempotencyKey', idempotencyKey)
  requireId('payer.userId', payer.userId)
  const { settings } = context
  const gateway = input.gateway === undefined ? undefined : context.gateway(`${input.gateway}`)
  const request = readRequest(context, payer, input, signal)
  const payee = readPayee(await settings.creator(request.creatorId, signal ? { signal } : {}))
  const tipId = await derivedId('tip', payer.userId, idempotencyKey)
  const fingerprint = await sha256(
    JSON.stringify(fields.map((field) => plain(input[field as keyof CreateTipInput]))),
  )

  const { tip: present } = await context.load({ tipId })
  const { tip, isFirst } = present
    ? { tip: present, isFirst: false }
    : await store(
        context,
        await draft(context, { request, input, payee, tipId, fingerprint, gateway: gateway?.id }),
      )
  if (tip.fingerprint !== fingerprint) {
    throw new TipError({
      code: 'conflict',
      field: 'idempotencyKey',
      message: 'This idempotency key belongs to another tip. Draw a new key for each tip.',
    })
  }
  if (tip.status !== 'pending') return { tip, outcome: outcomeOf(tip) }
  const account = payee?.account ? { account: payee.account } : {}
  return charge(context, tip, { input, payer, isFirst, ...account }, signal)
}

/** Checks everything that can be told without asking anybody. */
function readRequest(
  { settings }: TipsContext,
  payer: TipActor,
  input: CreateTipInput,
  signal: AbortSignal | undefined,
): TipRequest {
  refuseUnknownFields(input, fields)
  requireId('creatorId', input.creatorId)
  if (input.streamId !== undefined) requireId('streamId', input.streamId)
  if (input.menuItemId !== undefined) requireId('menuItemId', input.menuItemId)
  if (input.instrument !== undefined) requireId('instrument', input.instrument)
  if (input.anonymous !== undefined && typeof input.anonymous !== 'boolean') {
    throw invalidInput('anonymous', 'true or false')
  }
  const amount = readMoney('amount', input.amount)
  const range = Object.hasOwn(settings.currencies, amount.currency) && settings.currencies[amount.currency]
  if (!range) {
    const taken = Object.keys(settings.currencies).join(', ')
    throw invalidInput('amount.currency', `tips in ${amount.currency} are not taken; use ${taken}`)
  }
  const { minimum, maximum } = range
  if (amount.amount < minimum || amount.amount > maximum) {
    throw invalidInput('amount', `a tip is from ${inWords(minimum, amount)} to ${inWords(maximum, amount)}`)
  }
  const message =
    input.message === undefined ? '' : readText('message', input.message, settings.maxMessageLength)
  if (input.creatorId === payer.userId) throw forbidden('You cannot tip yourself.')
  return {
    ...{ payer, creatorId: input.creatorId, amount },
    ...(input.streamId === undefined ? {} : { streamId: input.streamId }),
    ...(message === '' ? {} : { message }),
    ...(signal ? { signal } : {}),
  }
}

interface DraftInput {
  readonly request: TipRequest
  readonly input: CreateTipInput
  readonly payee: Payee | null
  readonly tipId: string
  readonly fingerprint: string
  readonly gateway: string | undefined
}

/** The tip as it is stored first, once the platform's hooks let it. */
async function draft(
  context: TipsContext,
  { request, input, payee, tipId, fingerprint, gateway }: DraftInput,
): Promise<Tip> {
  const { settings } = context
  const { payer, creatorId, streamId, amount } = request
  if (!payee)
    throw new TipError({ code: 'not_found', field: 'creatorId', message: 'There is no such creator.' })
  if (payee.canReceive === false) throw forbidden('This creator does not take tips now.')
  await requireStream(context, request)
  await requireMenuPrice(context, input, request)
  await requireKnownPayer(context, request)
  const message = await moderated(context, request)
  if (settings.risk) {
    const verdict = readVerdict('risk', await settings.risk(request))
    if (!verdict.allowed) throw forbidden(verdict.message ?? 'This tip was refused.')
  }
  const goal = await settings.store.getGoal(creatorId)
  const gatewayId = gateway ?? settings.gateways[0]?.id ?? ''
  const terms = termsOf(context, payee, gatewayId)
  const at = context.now()
  return {
    ...{ id: tipId, creatorId, payerId: payer.userId, amount, terms, fingerprint },
    ...splitFee(amount.amount, terms.feeBps),
    isAnonymous: input.anonymous ?? false,
    ...(payer.displayName === undefined ? {} : { payerName: readName(payer.displayName) }),
    ...(streamId === undefined ? {} : { streamId }),
    ...(message === null ? {} : { message }),
    ...(input.menuItemId === undefined ? {} : { menuItemId: input.menuItemId }),
    ...(goal?.goal.currency === amount.currency ? { goalId: goal.goal.id } : {}),
    status: 'pending',
    gateway: gatewayId,
    ...{ refunds: [], disputes: [], strays: [], strayReturns: [], refundedTotal: 0n, dispute: 'none' },
    createdAt: at,
    expiresAt: laterBy(at, settings.expirySeconds),
    version: 1,
  }
}

async function requireStream({ settings }: TipsContext, request: TipRequest): Promise<void> {
  const { creatorId, streamId, signal } = request
  if (streamId === undefined || !settings.streamCreator) return
  if ((await settings.streamCreator(streamId, signal ? { signal } : {})) === creatorId) return
  throw new TipError({ code: 'not_found', field: 'streamId', message: 'The creator has no such stream.' })
}

function termsOf(context: TipsContext, payee: Payee, gatewayId: string): TipTerms {
  const { settings } = context
  const reserve = payee.reserve ?? settings.reserve
  const rates = {
    feeBps: payee.feeBps ?? settings.feeBps,
    holdSeconds: payee.holdSeconds ?? settings.holdSeconds,
  }
  // What the creator has already cannot be kept back.
  if (context.gateway(gatewayId).capabilities.split === 'at_charge')
    return { ...rates, isSplitAtCharge: true }
  return {
    ...rates,
    ...(reserve && reserve.bps > 0 ? { reserve } : {}),
  }
}

async function requireMenuPrice(
  { settings }: TipsContext,
  { menuItemId }: CreateTipInput,
  { creatorId, amount }: TipRequest,
): Promise<void> {
  if (menuItemId === undefined) return
  const item = (await settings.store.getMenu(creatorId)).find(({ id }) => id === menuItemId)
  if (!item) throw invalidInput('menuItemId', 'the creator’s menu has no such item any more')
  const { price } = item
  if (price.amount === amount.amount && price.currency === amount.currency) return
  throw invalidInput('amount', `'${item.title}' costs ${inWords(price.amount, price)}`)
}

async function requireKnownPayer({ settings }: TipsContext, { payer, amount }: TipRequest): Promise<void> {
  const most = settings.currencies[amount.currency]?.newPayerMaximum
  if (most === undefined || amount.amount <= most) return
  const paid = await settings.store.list({ payerId: payer.userId, status: 'completed', limit: 1 })
  if (paid.length > 0) return
  throw invalidInput('amount', `a first tip is at most ${inWords(most, amount)}`)
}

async function moderated({ settings }: TipsContext, request: TipRequest): Promise<string | null> {
  if (request.message === undefined) return null
  if (!settings.moderate) return request.message
  const answer = await settings.moderate(request.message, request)
  if (typeof answer === 'string' || answer === null) return answer || null
  const verdict = readVerdict('moderate', answer)
  if (verdict.allowed) return request.message
  throw invalidInput('message', verdict.message ?? 'it was refused; say it in other words')
}

async function store(
  { settings }: TipsContext,
  tip: Tip,
): Promise<{ readonly tip: Tip; readonly isFirst: boolean }> {
  const result = await settings.store.create(
    tip,
    settings.velocity,
    laterBy(tip.createdAt, firstCheckSeconds),
  )
  if (result.outcome === 'blocked') throw forbidden('This creator does not take tips from you.')
  if (result.outcome !== 'limited') return { tip: result.tip, isFirst: result.outcome === 'created' }
  const { limit, retryAfterSeconds } = result
  throw new TipError({
    code: 'rate_limited',
    retryAfterSeconds,
    message: `That would be too much: ${limit.name}, at most ${limit.limit}. Try again in ${retryAfterSeconds} seconds.`,
  })
}

interface ChargeInput {
  readonly input: CreateTipInput
  readonly payer: TipActor
  /** Whether this call stored the tip. */
  readonly isFirst: boolean
  readonly account?: string
}

async function charge(
  context: TipsContext,
  tip: Tip,
  { input, payer, isFirst, account }: ChargeInput,
  signal: AbortSignal | undefined,
): Promise<CreateTipReturn> {
  const { settings } = context
  const gateway = context.gateway(tip.gateway)
  const returnUrls = settings.returnUrls?.(tip)
  const request: TipCharge = {
    tipId: tip.id,
    amount: tip.amount,
    platformFee: { amount: tip.fee, currency: tip.amount.currency },
    payer: { id: payer.userId },
    payee: { id: tip.creatorId, ...(account === undefined ? {} : { account }) },
    ...(input.instrument === undefined ? {} : { instrument: input.instrument }),
    ...(returnUrls ? { returnUrls } : {}),
  }
  const mayAsk = isFirst || isRepeatable(context, gateway.id, tip.createdAt)
  const outcome = mayAsk
    ? await chargeOnce(context, { tip, isFirst }, request, signal)
    : await lookUp(context, tip, signal)
  const fact = factOfOutcome(outcome)
  const applied = fact && (await applyFact(context, { tipId: tip.id, fact, occurredAt: context.now() }))
  return { tip: applied?.tip ?? tip, outcome }
}

/** The same key each time, so that a gateway that knows repetitions charges once. */
async function chargeOnce(
  context: TipsContext,
  { tip, isFirst }: { readonly tip: Tip; readonly isFirst: boolean },
  request: TipCharge,
  signal: AbortSignal | undefined,
): Promise<ChargeOutcome> {
  const gateway = context.gateway(tip.gateway)
  try {
    return await callGateway<ChargeOutcome>(
      context,
      { kind: 'unknown', reason: 'no_answer' },
      signal,
      (options) => gateway.processTip(request, { ...options, idempotencyKey: `tip:${tip.id}` }),
    )
  } catch (error) {
    if (isFirst) await giveUp(context, tip, error)
    throw toTipError(error, gateway.id)
  }
}

/** A gateway that would charge a repetition again is not asked to: what became of the first call is looked up. */
async function lookUp(
  context: TipsContext,
  tip: Tip,
  signal: AbortSignal | undefined,
): Promise<ChargeOutcome> {
  const found = await retrieveCharge(context, tip, signal)
  return found ?? { kind: 'unknown', reason: 'in_progress' }
}

/**
 * Input that the gateway refuses is refused each time: the tip will not be paid. Anything else may go well when the call is
 * repeated; and of a repetition that fails it is not known what became of the first call.
 */
async function giveUp(context: TipsContext, tip: Tip, error: unknown): Promise<void> {
  if (!isPaymentError(error) || (error.code !== 'invalid_input' && error.code !== 'unsupported')) return
  const fact = { type: 'failed', declineCode: 'processing_error' } as const
  await applyFact(context, { tipId: tip.id, fact, occurredAt: context.now() })
}

/** What a repeated call is answered once the tip is settled. */
function outcomeOf(tip: Tip): ChargeOutcome {
  const { status, chargeRef = '', amount, completedAt = tip.createdAt, declineCode } = tip
  if (status === 'completed') return { kind: 'succeeded', ref: chargeRef, amount, paidAt: completedAt }
  const code: DeclineCode = declineCode ?? (status === 'failed' ? 'processing_error' : 'canceled_by_payer')
  return { kind: 'declined', code, retry: 'other_method' }
}

function forbidden(message: string): TipError {
  return new TipError({ code: 'forbidden', message })
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? null
  return Object.entries(value)
    .map(([key, child]) => [key, `${child}`])
    .sort()
}
