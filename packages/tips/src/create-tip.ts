import { splitFee } from '@stagedoor/ledger'
import {
  type ChargeOutcome,
  type DeclineCode,
  isPaymentError,
  refuseCardNumber,
  type TipCharge,
} from '@stagedoor/payment-gateway'
import { applyFact, laterBy } from './apply-fact.ts'
import { callGateway, isRepeatable, retrieveCharge, toTipError } from './call-gateway.ts'
import { derivedId } from './digest.ts'
import { invalidInput, isTipError, TipError } from './errors.ts'
import { readPayee, readVerdict } from './hook-answers.ts'
import { factOfOutcome } from './map-gateway.ts'
import type { Payee, TipActor, TipRequest } from './options.ts'
import { keptAmount } from './tally.ts'
import type { Tip, TipTerms } from './tip.ts'
import type { TipPurpose } from './tip-purpose.ts'
import { fingerprintOf, readRequest } from './tip-request.ts'
import type { CreateTipInput, CreateTipOptions, CreateTipReturn } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { inWords, readName, readText, requireId, requireKey, requireObject } from './validate.ts'

/** From the creation until the answer of the gateway, at the latest. */
const firstCheckSeconds = 60

/** Why a tip failed whose input the gateway does not take. */
const refusedInput = 'incorrect_details'

/** The newest so many tips of a payer tell whether one stayed. */
const knownPayerTips = 50

/** The id of the tip that this payer makes with this key, be it there or not. */
export function tipIdFor(payerId: string, idempotencyKey: string): Promise<string> {
  return derivedId('tip', payerId, idempotencyKey)
}

/** Stores the tip before the gateway is asked, so that whatever happens then finds it. */
export async function createTip(
  context: TipsContext,
  payer: TipActor,
  input: CreateTipInput,
  options: CreateTipOptions,
  purpose?: TipPurpose,
): Promise<CreateTipReturn> {
  requireObject('options', options)
  const { idempotencyKey, signal } = options
  requireKey('idempotencyKey', idempotencyKey)
  requireObject('payer', payer)
  requireId('payer.userId', payer.userId)
  requireObject('input', input)
  const { settings } = context
  const gateway = input.gateway === undefined ? undefined : context.gateway(`${input.gateway}`)
  const request = readRequest(context, payer, input, purpose, signal)
  const payee = readPayee(await settings.creator(request.creatorId, signal ? { signal } : {}))
  const tipId = await tipIdFor(payer.userId, idempotencyKey)
  const fingerprint = await fingerprintOf(request, input)

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
  if (tip.status !== 'pending' && !mayBeRefusedAgain(context, tip)) return { tip, outcome: outcomeOf(tip) }
  const account = payee?.account ? { account: payee.account } : {}
  return charge(context, tip, { input, payer, isFirst, ...account }, signal)
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
  if (!request.purpose) await requireKnownPayer(context, request)
  const message = await moderated(context, request)
  if (settings.risk) {
    const verdict = readVerdict('risk', await settings.risk(request))
    if (!verdict.allowed) throw forbidden(verdict.message ?? 'This tip was refused.')
  }
  const { purpose } = request
  const goal = purpose ? null : await settings.store.getGoal(creatorId)
  const gatewayId = gateway ?? settings.gateways[0]?.id ?? ''
  const terms = termsOf(context, payee, gatewayId)
  const at = context.now()
  return {
    ...{ id: tipId, creatorId, payerId: payer.userId, amount, terms, fingerprint },
    ...splitFee(amount.amount, terms.feeBps),
    isAnonymous: input.anonymous ?? false,
    ...optionalName(payer),
    ...(streamId === undefined ? {} : { streamId }),
    ...(message === null ? {} : { message }),
    ...(input.menuItemId === undefined ? {} : { menuItemId: input.menuItemId }),
    ...(purpose ? { purpose } : {}),
    ...(goal?.goal.currency === amount.currency ? { goalId: goal.goal.id } : {}),
    status: 'pending',
    gateway: gatewayId,
    ...{ refunds: [], disputes: [], strays: [], strayReturns: [], refundedTotal: 0n, dispute: 'none' },
    createdAt: at,
    expiresAt: laterBy(at, settings.expirySeconds),
    version: 1,
  }
}

/** No name is one that is not fit to be shown. */
function optionalName({ displayName }: TipActor): Pick<Tip, 'payerName'> {
  const payerName = displayName === undefined ? '' : readName(displayName)
  return payerName === '' ? {} : { payerName }
}

async function requireStream({ settings }: TipsContext, request: TipRequest): Promise<void> {
  const { creatorId, streamId, signal } = request
  if (streamId === undefined) return
  // Where nobody knows streams, anything may have been typed.
  if (!settings.streamCreator) return refuseCardNumber(streamId, 'streamId')
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
  // Who was given all of it back, or took it back, has paid nothing yet.
  const query = { payerId: payer.userId, status: 'completed', limit: knownPayerTips } as const
  if ((await settings.store.list(query)).some((tip) => keptAmount(tip) > 0n)) return
  throw invalidInput('amount', `a first tip is at most ${inWords(most, amount)}`)
}

async function moderated({ settings }: TipsContext, request: TipRequest): Promise<string | null> {
  if (request.message === undefined) return null
  if (!settings.moderate) return request.message
  const answer = await settings.moderate(request.message, request)
  if (typeof answer === 'string') return readModerated(answer, settings.maxMessageLength)
  if (answer === null) return null
  const verdict = readVerdict('moderate', answer)
  if (verdict.allowed) return request.message
  throw invalidInput('message', verdict.message ?? 'it was refused; say it in other words')
}

/** What a hook makes of a message is shown like any other, and held to the same rules. */
function readModerated(answer: string, maxLength: number): string | null {
  try {
    return readText('message', answer, maxLength) || null
  } catch (error) {
    // Its digits are the viewer's own; anything else is the hook's mistake.
    if (!isTipError(error)) throw error
    const message = `The answer of moderate cannot be shown. ${error.message}`
    throw new TipError({ code: 'misconfigured', message })
  }
}

async function store(
  { settings }: TipsContext,
  tip: Tip,
): Promise<{ readonly tip: Tip; readonly isFirst: boolean }> {
  const result = await settings.store.create(
    tip,
    tip.purpose ? [] : settings.velocity,
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
  const fact = { type: 'failed', declineCode: refusedInput } as const
  await applyFact(context, { tipId: tip.id, fact, occurredAt: context.now() })
}

/** Tells a tip whose input the gateway refused: it is asked again, so that a repetition hears the reason as the first call did. */
function mayBeRefusedAgain(context: TipsContext, tip: Tip): boolean {
  const { status, chargeRef, declineCode, gateway, createdAt } = tip
  const isRefused = status === 'failed' && chargeRef === undefined && declineCode === refusedInput
  return isRefused && isRepeatable(context, gateway, createdAt)
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
