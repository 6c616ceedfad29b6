import { z } from 'zod'
import { invalidInput } from './errors.ts'
import type { PaywallPayments } from './payments.ts'
import type { PaywallEvent, PaywallStore } from './paywall-store.ts'
import type { StreamAccess } from './stream-access.ts'

/** Somebody who signed in, as the platform's `authenticate` tells. */
export interface PaywallActor {
  readonly userId: string
  /** True for the platform's staff, who may do what a creator may. */
  readonly isAdmin?: boolean
}

/** What the paywall says of what goes wrong. No line has a secret in it. */
export interface PaywallLogger {
  warn(message: string, details: Readonly<Record<string, unknown>>): void
}

/** A viewer as the paywall's hooks see one. */
export interface PaywallViewer {
  readonly userId: string | null
}

/** What the paywall needs to know of a stream. */
export interface PaywallStream {
  readonly id: string
  readonly creatorId: string
  /** See {@link StreamAccess}; `{}` for the platform's default. */
  readonly access: Readonly<Record<string, unknown>>
  /** streaming-core's. A preview begins with the first look at a stream that is `live` or `interrupted`, or has no status. */
  readonly status?: string
}

/** What {@link createPaywall} takes. */
export interface PaywallOptions {
  readonly store: PaywallStore
  /** Whose stream it is, null when there is none. Required: nobody sells or gives away another's show by accident. */
  streamCreator(
    streamId: string,
    options: { readonly signal?: AbortSignal },
  ): Promise<string | null> | string | null
  /** The platform's tips, whose gateways and books take the money. Without it nothing can be bought here. */
  readonly payments?: PaywallPayments
  /** The rule of streams whose creator said nothing. Default `{ type: 'subscribers' }`: nobody is let in by accident. */
  readonly defaultAccess?: StreamAccess
  /**
   * How old, in milliseconds, what a decision is made from may be, 0 to 5000. Default 2000. What this process changes counts
   * at once, and windows end on the millisecond in any case: this bounds how late it hears of what others changed.
   */
  readonly cacheMaxAgeMs?: number
  /**
   * Keeps viewers out by where they are or how old: null lets them pass. Asked at each decision, for free streams too. Who
   * throws lets nobody in.
   */
  readonly gate?: (
    viewer: PaywallViewer,
    stream: PaywallStream,
    options: { readonly signal?: AbortSignal },
  ) => Promise<'region' | 'age' | null> | 'region' | 'age' | null
  /**
   * Told of each change of access by `deliver()`, at least once, after it was stored: have streaming-core ask again for
   * viewers who watch. Failing has it told again later.
   */
  readonly onEvent?: (event: PaywallEvent) => Promise<void> | void
  /** Default: the current time, asked at each call. */
  readonly clock?: () => Date
  /** Makes ids of 1 to 64 letters, digits, `_` or `-`. Default: `crypto.randomUUID()` without dashes. */
  readonly generateId?: () => string
  readonly logger?: PaywallLogger
}

/** {@link PaywallOptions} with the defaults. */
export type PaywallSettings = Required<Omit<PaywallOptions, 'payments' | 'gate' | 'onEvent'>> &
  Pick<PaywallOptions, 'payments' | 'gate' | 'onEvent'>

const hook = z.custom<never>((value) => typeof value === 'function', { message: 'a function' })

const schema = z.strictObject({
  store: z.custom((value) => typeof value === 'object' && value !== null && 'loadAccess' in value, {
    message: 'a PaywallStore, such as memoryPaywallStore()',
  }),
  streamCreator: hook,
  payments: z
    .custom((value) => typeof value === 'object' && value !== null && 'createPayment' in value, {
      message: 'the platform’s Tips, as createTips() makes them',
    })
    .optional(),
  defaultAccess: z
    .strictObject({
      type: z.enum(['free', 'signed_in', 'subscribers', 'ticket']),
      freeForSubscribers: z.boolean().optional(),
      previewSeconds: z.int().min(0).max(3600).optional(),
    })
    .optional(),
  cacheMaxAgeMs: z.int().min(0).max(5000).optional(),
  gate: hook.optional(),
  onEvent: hook.optional(),
  clock: hook.optional(),
  generateId: hook.optional(),
  logger: z.custom((value) => typeof value === 'object' && value !== null).optional(),
})

/** Fills in the defaults. @throws {@link PaywallError} `invalid_input` naming the option. */
export function resolveOptions(options: PaywallOptions): PaywallSettings {
  const result = schema.safeParse(options)
  if (!result.success) {
    const [issue] = result.error.issues
    throw invalidInput(issue?.path.join('.') || 'options', issue?.message ?? 'malformed')
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return {
    defaultAccess: { type: 'subscribers' },
    cacheMaxAgeMs: 2000,
    clock: () => new Date(),
    generateId: () => crypto.randomUUID().replaceAll('-', ''),
    logger: { warn() {} },
    ...(given as unknown as PaywallOptions),
    streamCreator: (streamId, call) => options.streamCreator(streamId, call),
  }
}
