import type { BatchingOptions, Ledger } from '@stagedoor/ledger'
import { isCurrency, type Money, type PaymentGateway, type ReturnUrls } from '@stagedoor/payment-gateway'
import { z } from 'zod'
import { invalidInput } from './errors.ts'
import type { TipsLogger } from './logger.ts'
import type { Tip } from './tip.ts'
import type { TipEvent } from './tip-event.ts'
import type { TipPurpose } from './tip-purpose.ts'
import type { TipStore, VelocityLimit } from './tip-store.ts'
import { isId } from './validate.ts'

/** Somebody who signed in, as the platform's `authenticate` tells. */
export interface TipActor {
  readonly userId: string
  /** Shown with tips that are not anonymous. */
  readonly displayName?: string
  /** True for the platform's staff, who may do what a creator may. */
  readonly isAdmin?: boolean
}

/** What the platform knows of a creator who is to be tipped. */
export interface Payee {
  /** False for one who may not be tipped now, such as before being verified. Default true. */
  readonly canReceive?: boolean
  /** The platform's share in hundredths of a percent. Default that of the options. */
  readonly feeBps?: number
  /** Seconds that the creator's part stays pending. Default that of the options. */
  readonly holdSeconds?: number
  /** What is kept back for longer, against disputes. Default that of the options. */
  readonly reserve?: { readonly bps: number; readonly holdSeconds: number }
  /** The creator's account at the gateway, for a split at the charge. */
  readonly account?: string
}

/** How much a tip may be, in minor units. */
export interface TipRange {
  readonly minimum: bigint
  readonly maximum: bigint
  /** Largest tip of somebody who has paid none that stayed: what was refunded or disputed whole does not count. Default {@link TipRange.maximum}. */
  readonly newPayerMaximum?: bigint
}

/** What a hook is told of a tip that somebody wants to give. */
export interface TipRequest {
  readonly payer: TipActor
  readonly creatorId: string
  readonly streamId?: string
  readonly amount: Money
  readonly message?: string
  /** What is bought with it; absent for a gift. */
  readonly purpose?: TipPurpose
  readonly signal?: AbortSignal
}

/** What a hook decides. The message is for the viewer. */
export type TipVerdict = { readonly allowed: true } | { readonly allowed: false; readonly message?: string }

/** What {@link createTips} takes. */
export interface TipsOptions {
  readonly store: TipStore
  /** Over the ledger store that the tip store books into. */
  readonly ledger: Ledger
  /** At least one; ids must differ, and all are of one mode, test or live. The first is the default. */
  readonly gateways: readonly PaymentGateway[]
  /** What the platform knows of a creator; null when there is none. Required: nobody is paid by accident. */
  creator(creatorId: string, options: { readonly signal?: AbortSignal }): Promise<Payee | null> | Payee | null
  /**
   * Whose stream it is, null when there is none: a tip on it to anybody else is refused. Default: a tip's `streamId` is
   * stored as it came, and means nothing by itself.
   */
  readonly streamCreator?: (
    streamId: string,
    options: { readonly signal?: AbortSignal },
  ) => Promise<string | null> | string | null
  /** The platform's share in hundredths of a percent. Default 1500: 15 % for the platform, 85 % for the creator. */
  readonly feeBps?: number
  /** How long the creator's part stays pending, in seconds. Default 604800 (7 days). */
  readonly holdSeconds?: number
  /** A part of the creator's share that is kept back for longer, against disputes. Default none. */
  readonly reserve?: { readonly bps: number; readonly holdSeconds: number }
  /** What is taken, by currency. Default US dollars from 3 to 200, and up to 100 from somebody new. */
  readonly currencies?: Readonly<Record<string, TipRange>>
  /** Default: 10 tips a minute and 5 declined ones in 10 minutes by a payer, and 500.00 a day and currency. */
  readonly velocity?: readonly VelocityLimit[]
  /** Longest message, in characters. Default 200. */
  readonly maxMessageLength?: number
  /** Reads the messages of tips: a text is shown instead, null shows none, a verdict refuses the tip. */
  readonly moderate?: (
    message: string,
    request: TipRequest,
  ) => Promise<string | null | TipVerdict> | string | null | TipVerdict
  /** Asked before a tip is charged, for rules of the platform's own. */
  readonly risk?: (request: TipRequest) => Promise<TipVerdict> | TipVerdict
  /** Where a gateway's page sends the viewer back to. */
  readonly returnUrls?: (tip: Tip) => ReturnUrls
  /**
   * Told everything that happened, at least once, after it was committed: to show it in the stream, to send mail. Failing
   * has it told again later, and so has taking longer than {@link TipsOptions.eventTimeoutSeconds}: then `signal` aborts.
   */
  readonly onEvent?: (event: TipEvent, options: { readonly signal: AbortSignal }) => Promise<void> | void
  /** How long one call of `onEvent` may take, in seconds. Default 10. */
  readonly eventTimeoutSeconds?: number
  /** When an unpaid tip is given up, in seconds. Money that comes later still completes it. Default 86400 (a day). */
  readonly expirySeconds?: number
  /** How long one call of a gateway may take, in seconds. Default 20. */
  readonly gatewayTimeoutSeconds?: number
  /** How concurrent changes share round trips. */
  readonly batching?: BatchingOptions
  /** Whether events are delivered right after a commit, besides by `deliver()`. Default true. */
  readonly deliversAtOnce?: boolean
  /** Default: the current time, asked at each call. */
  readonly clock?: () => Date
  readonly logger?: TipsLogger
}

/** {@link TipsOptions} with the defaults. */
export type TipsSettings = Required<
  Omit<TipsOptions, 'streamCreator' | 'moderate' | 'risk' | 'returnUrls' | 'onEvent' | 'reserve'>
> &
  Pick<TipsOptions, 'streamCreator' | 'moderate' | 'risk' | 'returnUrls' | 'onEvent' | 'reserve'>

const silent: TipsLogger = { warn() {}, error() {} }

const defaultCurrencies: Readonly<Record<string, TipRange>> = {
  USD: { minimum: 300n, maximum: 20_000n, newPayerMaximum: 10_000n },
}

const defaultVelocity: readonly VelocityLimit[] = [
  { name: 'tips per minute', scope: 'payer', windowSeconds: 60, counts: 'attempts', limit: 10n },
  { name: 'declined tips in 10 minutes', scope: 'payer', windowSeconds: 600, counts: 'declines', limit: 5n },
  { name: 'amount per day', scope: 'payer', windowSeconds: 86_400, counts: 'amount', limit: 50_000n },
]

/** Hundredths of a percent. */
export const bps = z.int().min(0).max(10_000)
/** Up to 400 days. */
export const seconds = z
  .int()
  .min(0)
  .max(400 * 86_400)
/** What is kept back for longer. */
export const reserve = z.strictObject({ bps, holdSeconds: seconds })
const hook = z.custom<never>((value) => typeof value === 'function', { message: 'a function' })
const minor = z
  .bigint()
  .min(1n)
  .max(10n ** 12n)

function isGateway(value: unknown): boolean {
  const gateway = value as Partial<PaymentGateway> | null | undefined
  if (typeof gateway !== 'object' || gateway === null || !isId(gateway.id)) return false
  const { processTip, refund, receiveWebhook, capabilities } = gateway
  const verbs = [processTip, refund, receiveWebhook]
  return (
    verbs.every((verb) => typeof verb === 'function') && ['test', 'live'].includes(`${capabilities?.mode}`)
  )
}

function modesOf(gateways: unknown): string {
  const all = gateways as readonly PaymentGateway[]
  return all.map(({ id, capabilities }) => `${id} is in ${capabilities.mode} mode`).join(', ')
}

const schema = z.strictObject({
  store: z.custom((value) => typeof value === 'object' && value !== null && 'commit' in value, {
    message: 'a TipStore, such as memoryTipStore()',
  }),
  ledger: z.custom((value) => typeof value === 'object' && value !== null && 'balances' in value, {
    message: 'a Ledger, such as createLedger()',
  }),
  gateways: z
    .array(
      z.custom<PaymentGateway>(isGateway, {
        message:
          'a PaymentGateway with an id, processTip, refund, receiveWebhook, and capabilities of the mode test or live',
      }),
    )
    .min(1)
    .refine((all) => new Set(all.map((one) => one?.id)).size === all.length, { message: 'ids must differ' })
    // Viewers name the gateway: beside a real one, a test one would take tips for nothing.
    .refine((all) => new Set(all.map((one) => one?.capabilities?.mode)).size <= 1, {
      error: ({ input }) => `${modesOf(input)}: test and live gateways are not for the same platform`,
    }),
  creator: hook,
  streamCreator: hook.optional(),
  feeBps: bps.optional(),
  holdSeconds: seconds.optional(),
  reserve: reserve.optional(),
  currencies: z
    .record(
      z.string().refine(isCurrency, { message: 'no currency of ISO 4217; use codes such as USD' }),
      z
        .strictObject({ minimum: minor, maximum: minor, newPayerMaximum: minor.optional() })
        .refine(({ minimum, maximum }) => minimum <= maximum, { message: 'minimum is above maximum' }),
    )
    .refine((all) => Object.keys(all).length > 0, { message: 'at least one' })
    .optional(),
  velocity: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        scope: z.enum(['payer', 'payer_and_creator', 'creator']),
        windowSeconds: z
          .int()
          .min(1)
          .max(31 * 86_400),
        counts: z.enum(['attempts', 'declines', 'amount']),
        limit: z.bigint().min(0n),
      }),
    )
    .optional(),
  maxMessageLength: z.int().min(0).max(2000).optional(),
  moderate: hook.optional(),
  risk: hook.optional(),
  returnUrls: hook.optional(),
  onEvent: hook.optional(),
  eventTimeoutSeconds: z.number().min(0.01).max(300).optional(),
  expirySeconds: z
    .int()
    .min(60)
    .max(31 * 86_400)
    .optional(),
  gatewayTimeoutSeconds: z.number().min(1).max(300).optional(),
  batching: z.looseObject({}).optional(),
  deliversAtOnce: z.boolean().optional(),
  clock: hook.optional(),
  logger: z.custom((value) => typeof value === 'object' && value !== null).optional(),
})

/** Fills in the defaults. @throws {@link TipError} `invalid_input` naming the option. */
export function resolveOptions(options: TipsOptions): TipsSettings {
  const result = schema.safeParse(options)
  if (!result.success) {
    const [issue] = result.error.issues
    throw invalidInput(issue?.path.join('.') || 'options', issue?.message ?? 'malformed')
  }
  return {
    feeBps: 1500,
    holdSeconds: 7 * 86_400,
    currencies: defaultCurrencies,
    velocity: defaultVelocity,
    maxMessageLength: 200,
    eventTimeoutSeconds: 10,
    expirySeconds: 86_400,
    gatewayTimeoutSeconds: 20,
    batching: {},
    deliversAtOnce: true,
    clock: () => new Date(),
    logger: silent,
    ...withoutUndefined(options),
    creator: (creatorId, call) => options.creator(creatorId, call),
  }
}

function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options
}
