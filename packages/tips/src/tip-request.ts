import type { Money } from '@stagedoor/payment-gateway'
import { sha256 } from './digest.ts'
import { invalidInput, TipError } from './errors.ts'
import type { TipActor, TipRequest } from './options.ts'
import type { TipPurpose } from './tip-purpose.ts'
import type { CreateTipInput } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { inWords, readMoney, readText, refuseUnknownFields, requireId } from './validate.ts'

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

/** Checks everything that can be told without asking anybody. */
export function readRequest(
  { settings }: TipsContext,
  payer: TipActor,
  input: CreateTipInput,
  purpose: TipPurpose | undefined,
  signal: AbortSignal | undefined,
): TipRequest {
  refuseUnknownFields('input', input, fields)
  requireId('creatorId', input.creatorId)
  if (input.streamId !== undefined) requireId('streamId', input.streamId)
  if (input.menuItemId !== undefined) requireId('menuItemId', input.menuItemId)
  if (input.instrument !== undefined) requireId('instrument', input.instrument)
  if (input.anonymous !== undefined && typeof input.anonymous !== 'boolean') {
    throw invalidInput('anonymous', 'true or false')
  }
  const amount = readMoney('amount', input.amount)
  // What something costs is the seller's affair; a gateway has limits of its own.
  if (!purpose) requireInRange(settings, amount)
  const message =
    input.message === undefined ? '' : readText('message', input.message, settings.maxMessageLength)
  if (input.creatorId === payer.userId) {
    throw new TipError({ code: 'forbidden', message: `You cannot ${purpose ? 'pay' : 'tip'} yourself.` })
  }
  return {
    ...{ payer, creatorId: input.creatorId, amount },
    ...(input.streamId === undefined ? {} : { streamId: input.streamId }),
    ...(message === '' ? {} : { message }),
    ...(purpose ? { purpose } : {}),
    ...(signal ? { signal } : {}),
  }
}

function requireInRange(settings: TipsContext['settings'], amount: Money): void {
  const range = Object.hasOwn(settings.currencies, amount.currency) && settings.currencies[amount.currency]
  if (!range) {
    const taken = Object.keys(settings.currencies).join(', ')
    throw invalidInput('amount.currency', `tips in ${amount.currency} are not taken; use ${taken}`)
  }
  const { minimum, maximum } = range
  if (amount.amount < minimum || amount.amount > maximum) {
    throw invalidInput('amount', `a tip is from ${inWords(minimum, amount)} to ${inWords(maximum, amount)}`)
  }
}

/** A digest of what is asked for: the same for two ways to write the same. */
export function fingerprintOf(
  { creatorId, streamId, amount: { amount, currency }, message, purpose }: TipRequest,
  { anonymous = false, instrument, gateway, menuItemId }: CreateTipInput,
): Promise<string> {
  const asked = [creatorId, streamId, `${amount}`, currency, message, anonymous, instrument, gateway]
  return sha256(JSON.stringify([...asked, menuItemId, ...(purpose ? [purpose.type, purpose.id] : [])]))
}
