import { type Logger, type Redacted, redacted, StreamingError } from '@stagedoor/streaming-core'
import { z } from 'zod'
import type { LivekitOptions, LivekitRecordings } from './livekit-options.ts'
import { livekitPriceBook } from './prices.ts'
import { type QuoteSettings, resolveIncluded, viewersOfOneNode } from './quote.ts'

/** A key pair whose secret no printer shows. */
export interface KeyPair {
  readonly apiKey: string
  readonly apiSecret: Redacted
}

/** {@link LivekitOptions} with every default filled in. */
export interface LivekitConfig extends QuoteSettings {
  /** For the server's API: `http:` or `https:`. */
  readonly apiUrl: string
  /** For browsers: `ws:` or `wss:`. */
  readonly publicUrl: string
  readonly keys: KeyPair
  readonly webhookKeys: readonly KeyPair[]
  readonly namespace: string
  readonly hostTokenTtlSeconds: number
  readonly viewerTokenTtlSeconds: number
  readonly emptyTimeoutSeconds: number
  readonly departureTimeoutSeconds: number
  readonly hiddenViewers: boolean
  readonly ingress: 'rtmp' | 'whip' | null
  readonly recordings:
    | (Omit<LivekitRecordings, 'secretAccessKey'> & { readonly secretAccessKey: Redacted })
    | null
  readonly timeoutSeconds: number
  readonly now: () => Date
  readonly logger: Logger
}

const secret = z
  .custom<string | Redacted>(
    (value) =>
      typeof value === 'string' || (typeof value === 'object' && value !== null && 'reveal' in value),
    'takes a string or a Redacted',
  )
  .transform((value) => (typeof value === 'string' ? value : value.reveal()))
  .pipe(z.string().min(1, 'must not be empty'))
const serverUrl = z
  .url({ protocol: /^(wss?|https?)$/, error: 'takes a ws, wss, http or https URL' })
  .refine(
    (text) => /^[a-z]+:\/\/[^/?#@]+\/?$/i.test(text),
    'takes a URL without a path, which the LiveKit SDK would drop, and without credentials',
  )
const apiKey = z.string().min(1, 'must not be empty')
const ttl = z.int('takes whole seconds').min(10, 'takes 10 to 3600').max(3600, 'takes 10 to 3600')
const timeout = z.int('takes whole seconds').min(1, 'takes 1 or more').max(2_592_000, 'takes 30 days at most')
const functionOf = <Value>() => z.custom<Value>((value) => typeof value === 'function', 'takes a function')

const price = z.strictObject({
  amount: z.string().regex(/^\d+(\.\d+)?$/, 'takes minor units as a decimal string, such as "0.05"'),
  verified: z.boolean(),
  source: z.string(),
})
const quantity = z.number().min(0)
const planPrices = z.strictObject({
  monthlyFee: price,
  includedParticipantMinutes: quantity,
  includedGigabytes: quantity,
  includedTranscodeMinutes: quantity,
  participantMinute: price.nullable(),
  gigabyte: price.nullable(),
  transcodeMinute: price.nullable(),
  maxParticipants: z.int().min(2),
})
const priceBook = z.strictObject({
  asOf: z.iso.date('takes a day, such as 2026-09-25'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'takes three upper-case letters, such as USD'),
  source: z.string(),
  plans: z.strictObject({ build: planPrices, ship: planPrices, scale: planPrices }),
  megabitsPerSecond: z.strictObject({ sd: quantity, hd: quantity, fhd: quantity }),
  storagePerGigabyteMonth: price,
  deliveryPerGigabyte: price,
})

const schema = z.strictObject({
  url: serverUrl,
  publicUrl: serverUrl.optional(),
  apiKey,
  apiSecret: secret,
  webhookKeys: z.array(z.strictObject({ apiKey, apiSecret: secret })).optional(),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,32}$/, 'takes 1 to 32 letters, digits or _')
    .optional(),
  hostTokenTtlSeconds: ttl.optional(),
  viewerTokenTtlSeconds: ttl.optional(),
  emptyTimeoutSeconds: timeout.optional(),
  departureTimeoutSeconds: timeout.optional(),
  hiddenViewers: z.boolean().optional(),
  ingress: z.union([z.boolean(), z.enum(['rtmp', 'whip'])], 'takes true, false, rtmp or whip').optional(),
  recordings: z
    .strictObject({
      bucket: z.string().min(1),
      region: z.string().min(1),
      accessKeyId: z.string().min(1),
      secretAccessKey: secret,
      endpoint: z.url().optional(),
      prefix: z
        .string()
        .regex(/^[\w/.-]*$/, 'takes letters, digits and _ - . /')
        .optional(),
      format: z.enum(['mp4', 'hls'], 'takes mp4 or hls').optional(),
      url: functionOf<LivekitRecordings['url']>(),
    })
    .optional(),
  timeoutSeconds: z.number().positive('takes a number above 0').max(300).optional(),
  maxViewers: z.int().min(1).optional(),
  plan: z.enum(['build', 'ship', 'scale'], 'takes build, ship or scale').optional(),
  includedLeft: z
    .strictObject({
      participantMinutes: z.number().min(0).optional(),
      gigabytes: z.number().min(0).optional(),
      transcodeMinutes: z.number().min(0).optional(),
    })
    .optional(),
  selfHosted: z.strictObject({ gigabyte: price }).optional(),
  priceBook: priceBook.optional(),
  clock: functionOf<() => Date>().optional(),
  logger: z
    .custom<Logger>(
      (value) =>
        typeof value === 'object' &&
        value !== null &&
        ['info', 'warn', 'error'].every((name) => name in value),
      'takes an object with info, warn and error',
    )
    .optional(),
})

/** @throws `StreamingError` `invalid_input` naming the option and what it takes. */
export function resolveOptions(options: LivekitOptions): LivekitConfig {
  const parsed = parse(options)
  const keys = keyPair(parsed)
  const plan = parsed.plan ?? 'ship'
  const priceBook = options.priceBook ?? livekitPriceBook
  const selfHosted = parsed.selfHosted?.gigabyte ?? null
  if (selfHosted && (parsed.plan !== undefined || parsed.includedLeft !== undefined)) {
    throw badOption('selfHosted', 'takes the place of plan and includedLeft: pass one or the other')
  }
  const { recordings } = parsed
  return {
    apiUrl: parsed.url.replace(/^ws/, 'http'),
    publicUrl: (parsed.publicUrl ?? parsed.url).replace(/^http/, 'ws').replace(/\/$/, ''),
    keys,
    webhookKeys: [keys, ...(parsed.webhookKeys ?? []).map(keyPair)],
    namespace: parsed.namespace ?? 'default',
    hostTokenTtlSeconds: parsed.hostTokenTtlSeconds ?? 600,
    viewerTokenTtlSeconds: parsed.viewerTokenTtlSeconds ?? 120,
    emptyTimeoutSeconds: parsed.emptyTimeoutSeconds ?? 86_400,
    departureTimeoutSeconds: parsed.departureTimeoutSeconds ?? 86_400,
    hiddenViewers: parsed.hiddenViewers ?? true,
    ingress: parsed.ingress === true ? 'rtmp' : parsed.ingress || null,
    recordings: recordings
      ? {
          bucket: recordings.bucket,
          region: recordings.region,
          accessKeyId: recordings.accessKeyId,
          secretAccessKey: redacted(recordings.secretAccessKey),
          ...(recordings.endpoint === undefined ? {} : { endpoint: recordings.endpoint }),
          prefix: recordings.prefix ?? 'recordings',
          format: recordings.format ?? 'mp4',
          url: recordings.url,
        }
      : null,
    timeoutSeconds: parsed.timeoutSeconds ?? 10,
    plan,
    priceBook,
    includedLeft: resolveIncluded(definedOnly(parsed.includedLeft), plan, priceBook),
    countPlanFee: false,
    selfHosted,
    maxViewers:
      parsed.maxViewers ?? (selfHosted ? viewersOfOneNode : priceBook.plans[plan].maxParticipants - 1),
    canRecord: recordings !== undefined,
    publishMethods: parsed.ingress ? ['browser', 'obs'] : ['browser'],
    now: () => (parsed.clock ?? (() => new Date()))(),
    logger: parsed.logger ?? { info: () => {}, warn: () => {}, error: () => {} },
  }
}

function parse(options: LivekitOptions): z.infer<typeof schema> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])]
  const field = path.map(String).join('.') || 'options'
  const problem = unknown === undefined ? (issue?.message ?? 'is malformed') : 'there is no such option'
  throw badOption(field, problem)
}

function badOption(field: string, problem: string): StreamingError {
  return new StreamingError({
    code: 'invalid_input',
    provider: 'livekit',
    field,
    message: `livekit(): ${field}: ${problem}.`,
  })
}

function keyPair({ apiKey, apiSecret }: { readonly apiKey: string; readonly apiSecret: string }): KeyPair {
  return { apiKey, apiSecret: redacted(apiSecret) }
}

function definedOnly(left: Record<string, number | undefined> | undefined): Record<string, number> {
  const entries = Object.entries(left ?? {})
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
