import type { KeyObject } from 'node:crypto'
import { type Logger, type Quality, type Redacted, redacted, StreamingError } from '@stagedoor/streaming-core'
import { z } from 'zod'
import { defaultChannelTypes, type IvsChannelType } from './channel-type.ts'
import type { IvsCredentials, IvsSdkClient } from './ivs-client.ts'
import { type IvsOptions, ivsRegions } from './ivs-options.ts'
import { readPlaybackKey } from './playback-key.ts'
import { type IvsPriceBook, ivsPriceBook } from './prices.ts'
import { regionShares, type ViewerRegions } from './viewer-regions.ts'

/** {@link IvsOptions} with every default filled in. */
export interface IvsConfig {
  readonly region: string
  readonly credentials: IvsOptions['credentials']
  readonly endpoint: string | undefined
  readonly client: IvsSdkClient | undefined
  readonly namespace: string
  readonly channelTypes: Readonly<Record<Quality, IvsChannelType>>
  readonly insecureIngest: boolean
  /** Null when playback is public. */
  readonly playbackKey: KeyObject | null
  readonly playbackTokenTtlSeconds: number
  readonly webhookSecrets: readonly Redacted[]
  readonly webhookHeader: string
  readonly webhookAccount: string | undefined
  readonly offlineTimeoutSeconds: number
  readonly timeoutSeconds: number
  readonly callsPerSecond: number
  readonly maxViewers: number
  readonly priceBook: IvsPriceBook
  readonly viewerRegions: ViewerRegions
  readonly usedViewerHours: number
  readonly now: () => Date
  readonly logger: Logger
}

const channelType = z.enum(['BASIC', 'STANDARD', 'ADVANCED_SD', 'ADVANCED_HD'])
const quality = z.enum(['sd', 'hd', 'fhd'])
const viewerRegion = z.enum([
  'north-america-europe',
  'south-america',
  'india-japan-southeast-asia',
  'australia-new-zealand',
  'korea',
])
const price = z.strictObject({
  amount: z.string().regex(/^\d+(\.\d+)?$/, 'takes minor units as a decimal string, such as "7.2"'),
  verified: z.boolean(),
  source: z.string(),
})
const tiers = z
  .array(z.strictObject({ upTo: z.number().positive().nullable(), price }))
  .min(1)
  .refine((list) => list.at(-1)?.upTo === null, 'takes tiers of which the last one has upTo: null')
const sizes = z.record(quality, z.number().positive())
const priceBookSchema = z.strictObject({
  asOf: z.iso.date('takes a day, such as 2026-09-13'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'takes three upper-case letters, such as USD'),
  source: z.string().min(1),
  inputPerHour: z.record(channelType, price),
  outputPerViewerHour: z.record(viewerRegion, z.record(quality, tiers)),
  stagePerParticipantHour: z.record(viewerRegion, tiers),
  compositionPerHour: price,
  storagePerGigabyteMonth: price,
  deliveryPerGigabyte: price,
  recordedGigabytesPerHour: sizes,
  replayGigabytesPerHour: sizes,
})
const secret = z
  .custom<string | Redacted>((value) => typeof value === 'string' || isRedacted(value))
  .transform((value) => (typeof value === 'string' ? value : value.reveal()))
const webhookSecret = secret.pipe(
  z.string().regex(/^[\x21-\x7e]{16,}$/, 'takes 16 or more visible ASCII characters'),
)
const functionOf = <Value>() => z.custom<Value>((value) => typeof value === 'function', 'takes a function')
const objectWith = <Value>(...methods: string[]) =>
  z.custom<Value>(
    (value) => typeof value === 'object' && value !== null && methods.every((name) => name in value),
    `takes an object with ${methods.join(', ')}`,
  )

const shape = {
  region: z
    .string()
    .refine((value) => ivsRegions.includes(value), `takes a region that has IVS: ${ivsRegions.join(', ')}`),
  credentials: z.union(
    [
      functionOf<() => Promise<IvsCredentials>>(),
      z.looseObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) }),
    ],
    'takes { accessKeyId, secretAccessKey } or a credential provider',
  ),
  endpoint: z.url({ protocol: /^https?$/, error: 'takes an http or https URL' }),
  client: objectWith<IvsSdkClient>('send'),
  namespace: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'takes 1 to 32 letters, digits, _ or -'),
  channelType: z.union(
    [channelType, z.strictObject({ sd: channelType, hd: channelType, fhd: channelType })],
    'takes BASIC, STANDARD, ADVANCED_SD or ADVANCED_HD, or { sd, hd, fhd } of these',
  ),
  insecureIngest: z.boolean(),
  playbackKey: z.strictObject({ privateKey: secret.pipe(z.string()) }),
  publicPlayback: z.boolean(),
  playbackTokenTtlSeconds: z
    .int('takes whole seconds')
    .min(10, 'takes 10 to 600')
    .max(600, 'takes 10 to 600'),
  webhookSecret: z.union([webhookSecret, z.array(webhookSecret).min(1)]),
  webhookHeader: z.string().regex(/^[A-Za-z0-9-]+$/, 'takes the name of an HTTP header'),
  webhookAccount: z.string().regex(/^\d{12}$/, 'takes twelve digits'),
  offlineTimeoutSeconds: z.number().min(0).max(600),
  timeoutSeconds: z.number().positive().max(300),
  callsPerSecond: z.int().min(1).max(1000),
  maxViewers: z.int().min(1),
  priceBook: priceBookSchema,
  viewerRegions: z.partialRecord(viewerRegion, z.number().min(0).max(1)),
  usedViewerHours: z.number().min(0),
  clock: functionOf<() => Date>(),
  logger: objectWith<Logger>('info', 'warn', 'error'),
} satisfies Record<keyof IvsOptions, z.ZodType>

const { region: regionSchema, ...optional } = shape
const schema = z.strictObject({ region: regionSchema, ...z.strictObject(optional).partial().shape })

/** @throws `StreamingError` `invalid_input` naming the option and what it takes. */
export function resolveOptions(options: IvsOptions): IvsConfig {
  const parsed = parse(options)
  if (parsed.client && (parsed.endpoint !== undefined || parsed.credentials !== undefined)) {
    throw badOption('client', 'takes the place of credentials and endpoint: pass one or the other')
  }
  if (parsed.playbackKey && parsed.publicPlayback) {
    throw badOption('publicPlayback', 'leaves nothing for playbackKey to sign: pass one or the other')
  }
  if (!parsed.playbackKey && !parsed.publicPlayback) {
    throw badOption(
      'playbackKey',
      'is required, as channels are private: make one with generatePlaybackKeyPair() and import its public half ' +
        'into IVS, or pass publicPlayback: true to let anybody watch who has the URL',
    )
  }
  const { channelType: type, webhookSecret: secrets } = parsed
  const viewerRegions = options.viewerRegions ?? { 'north-america-europe': 1 }
  regionShares(viewerRegions)
  return {
    region: parsed.region,
    credentials: options.credentials,
    endpoint: parsed.endpoint,
    client: options.client,
    namespace: parsed.namespace ?? 'default',
    channelTypes:
      typeof type === 'string' ? { sd: type, hd: type, fhd: type } : (type ?? defaultChannelTypes),
    insecureIngest: parsed.insecureIngest ?? parsed.endpoint?.startsWith('http:') ?? false,
    playbackKey: parsed.playbackKey ? readPlaybackKey(parsed.playbackKey.privateKey) : null,
    playbackTokenTtlSeconds: parsed.playbackTokenTtlSeconds ?? 300,
    webhookSecrets: secretsOf(secrets),
    webhookHeader: parsed.webhookHeader ?? 'x-webhook-secret',
    webhookAccount: parsed.webhookAccount,
    offlineTimeoutSeconds: parsed.offlineTimeoutSeconds ?? 30,
    timeoutSeconds: parsed.timeoutSeconds ?? 20,
    callsPerSecond: parsed.callsPerSecond ?? 5,
    maxViewers: parsed.maxViewers ?? 15_000,
    priceBook: options.priceBook ?? ivsPriceBook,
    viewerRegions,
    usedViewerHours: parsed.usedViewerHours ?? 0,
    now: () => (options.clock ?? (() => new Date()))(),
    logger: options.logger ?? { info: () => {}, warn: () => {}, error: () => {} },
  }
}

function parse(options: IvsOptions): z.infer<typeof schema> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])]
  throw badOption(
    path.map(String).join('.') || 'options',
    unknown === undefined ? (issue?.message ?? 'is malformed') : 'there is no such option',
  )
}

function secretsOf(secrets: string | readonly string[] | undefined): readonly Redacted[] {
  if (secrets === undefined) return []
  return (typeof secrets === 'string' ? [secrets] : secrets).map((value) => redacted(value))
}

function isRedacted(value: unknown): value is Redacted {
  return (
    typeof value === 'object' && value !== null && 'reveal' in value && typeof value.reveal === 'function'
  )
}

function badOption(field: string, message: string): StreamingError {
  return new StreamingError({
    code: 'invalid_input',
    provider: 'ivs',
    field,
    message: `ivs(): ${field}: ${message}.`,
  })
}
