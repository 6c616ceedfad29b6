import { isCurrency, type MoneyJson } from '@stagedoor/payment-gateway'
import { z } from 'zod'
import { invalidInput } from './errors.ts'
import type { OfferTerms } from './offer.ts'
import type { Resource } from './resource.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what no text here may hold
const unstorable = /[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u

const id = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !unstorable.test(text), { message: 'no control characters' })

const seconds = z
  .int()
  .min(0)
  .max(10 * 366 * 86_400)

const resource = z
  .string()
  .max(208)
  .regex(/^(stream|creator):[^\s]+$/, { message: "'stream:<id>' or 'creator:<id>'" })

const terms = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('subscription'),
    interval: z.strictObject({
      unit: z.enum(['day', 'week', 'month', 'year']),
      count: z.int().min(1).max(365),
    }),
    trialDays: z.int().min(0).max(365).default(0),
    graceSeconds: seconds.nullable().default(null),
  }),
  z.strictObject({
    kind: z.literal('ticket'),
    streamId: id,
    opensAt: z.string().nullable().default(null),
    durationSeconds: seconds.min(1).nullable().default(null),
    replaySeconds: seconds.default(0),
  }),
  z.strictObject({
    kind: z.literal('bundle'),
    resources: z.array(resource).min(1).max(50),
    durationSeconds: seconds.min(1).nullable().default(null),
  }),
])

const price = z.strictObject({
  amount: z.string().regex(/^[1-9][0-9]{0,11}$/, {
    message: 'minor units above zero, as a string of digits such as "500"',
  }),
  currency: z.string().refine((code) => isCurrency(code), { message: 'a currency of ISO 4217, such as USD' }),
})

const title = z
  .string()
  .refine((text) => !unstorable.test(text), { message: 'no control characters' })
  .transform((text) => text.trim())
  .refine((text) => text !== '' && [...text].length <= 100, { message: '1 to 100 characters' })

/** @throws {@link PaywallError} `invalid_input` */
export function readTerms(value: unknown): OfferTerms {
  const read = parse('terms', terms, value)
  if (read.kind === 'bundle') {
    return { ...read, resources: [...new Set(read.resources as Resource[])] }
  }
  if (read.kind !== 'ticket' || read.opensAt === null) return read
  return { ...read, opensAt: readTime('terms.opensAt', read.opensAt) }
}

/** @throws {@link PaywallError} `invalid_input` */
export function readPrice(value: unknown): MoneyJson {
  return parse('price', price, value)
}

/** @throws {@link PaywallError} `invalid_input` */
export function readTitle(value: unknown): string {
  return parse('title', title, value)
}

/** @throws {@link PaywallError} `invalid_input` */
export function readResource(value: unknown): Resource {
  return parse('resource', resource, value) as Resource
}

/** @throws {@link PaywallError} `invalid_input` unless an id of 1 to 200 characters. */
export function readId(field: string, value: unknown): string {
  return parse(field, id, value)
}

/** @throws {@link PaywallError} `invalid_input` unless 1 to 100 visible ASCII characters. */
export function readKey(value: unknown): string {
  const key = z.string().regex(/^[\x21-\x7e]{1,100}$/, {
    message: '1 to 100 visible ASCII characters; draw one for each intent and repeat it with retries',
  })
  return parse('idempotencyKey', key, value)
}

/** A reason of at most 500 characters, which staff will read. @throws {@link PaywallError} `invalid_input` */
export function readReason(value: unknown): string {
  const text = z
    .string()
    .max(500)
    .refine((one) => !unstorable.test(one), { message: 'no control characters' })
  return parse('reason', text, value)
}

/** @returns ISO 8601, UTC, in milliseconds. @throws {@link PaywallError} `invalid_input` */
export function readTime(field: string, value: unknown): string {
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value)
  const date = new Date(isTime ? value : Number.NaN)
  if (!Number.isNaN(date.getTime())) return date.toISOString()
  throw invalidInput(field, 'a time of ISO 8601 with its zone, such as 2026-11-24T20:00:00Z')
}

/** @returns 20 when absent. @throws {@link PaywallError} `invalid_input` */
export function readLimit(value: number | undefined): number {
  return parse('limit', z.int().min(1).max(100).default(20), value)
}

/** @throws {@link PaywallError} `invalid_input` naming the path inside `field`. */
function parse<Output>(field: string, schema: z.ZodType<Output>, value: unknown): Output {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalidInput([field, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'malformed')
}
