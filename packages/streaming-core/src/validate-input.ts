import { z } from 'zod'
import { StreamingError } from './errors.ts'
import type { MoneyJson } from './money.ts'
import type { StreamPlan } from './plan.ts'
import type { AccessRule } from './stream.ts'
import { isStreamId } from './stream-id.ts'
import type { CreateStreamInput } from './streaming.ts'

const maxAccessRuleBytes = 8192
const maxAccessRuleLevels = 16

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the title must not hold
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/

/** Half of a character, which no UTF-8 can carry. */
const loneSurrogate = /\p{Surrogate}/u

const planFields = {
  method: z.enum(['auto', 'browser', 'obs']),
  interactive: z.boolean(),
  expectedViewers: z.int().min(1).max(10_000_000),
  durationHours: z.number().positive().max(48),
  quality: z.enum(['sd', 'hd', 'fhd']),
  watchShare: z.number().positive().max(1),
  record: z.boolean(),
  publishers: z.int().min(1).max(100),
}

const planSchema = z.strictObject(planFields).partial()

const moneySchema: z.ZodType<MoneyJson> = z.strictObject({
  amount: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'a positive whole number of minor units as a decimal string, such as "5000"'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'three upper-case letters, such as "USD"'),
})

// Depth is checked first: what follows recurses, and a small body can nest deeper than the stack reaches.
const accessSchema: z.ZodType<AccessRule> = z
  .unknown()
  .refine((rule) => nestsAtMost(rule, maxAccessRuleLevels), {
    message: `at most ${maxAccessRuleLevels} levels of nesting`,
  })
  .pipe(z.record(z.string(), z.json()))
  .refine((rule) => new TextEncoder().encode(JSON.stringify(rule)).length <= maxAccessRuleBytes, {
    message: `at most ${maxAccessRuleBytes} bytes of JSON`,
  })

const { watchShare: _, ...createFields } = planFields

const createSchema = z
  .strictObject({
    ...createFields,
    access: accessSchema,
    budget: moneySchema,
  })
  .partial()
  .extend({
    title: z
      .string()
      .trim()
      .min(1, 'a title of 1 to 200 characters')
      .max(200, 'a title of 1 to 200 characters')
      .refine((title) => !controlCharacters.test(title) && !loneSurrogate.test(title), {
        message: 'a title without control characters and broken characters',
      }),
  })

/** A {@link CreateStreamInput} with every default filled in. */
export type ValidCreateStreamInput = Required<Omit<CreateStreamInput, 'budget'>> & {
  readonly budget: MoneyJson | null
}

/** @throws {@link StreamingError} `invalid_input` naming the field and what it takes. */
export function validateCreateStream(input: unknown): ValidCreateStreamInput {
  const parsed = parse(createSchema, input)
  return {
    title: parsed.title,
    method: parsed.method ?? 'auto',
    interactive: parsed.interactive ?? false,
    expectedViewers: parsed.expectedViewers ?? 1,
    durationHours: parsed.durationHours ?? 1,
    quality: parsed.quality ?? 'hd',
    record: parsed.record ?? false,
    publishers: parsed.publishers ?? 1,
    access: parsed.access ?? {},
    budget: parsed.budget ?? null,
  }
}

/** @throws {@link StreamingError} `invalid_input` naming the field and what it takes. */
export function validatePlan(plan: unknown): StreamPlan {
  const parsed = parse(planSchema, plan)
  return {
    method: parsed.method ?? 'auto',
    interactive: parsed.interactive ?? false,
    expectedViewers: parsed.expectedViewers ?? 1,
    durationHours: parsed.durationHours ?? 1,
    quality: parsed.quality ?? 'hd',
    watchShare: parsed.watchShare ?? 1,
    record: parsed.record ?? false,
    publishers: parsed.publishers ?? 1,
  }
}

/** @throws {@link StreamingError} `not_found`: an id that cannot exist is an id that does not exist. */
export function validateStreamId(streamId: string): string {
  if (isStreamId(streamId)) return streamId
  throw new StreamingError({ code: 'not_found', message: 'There is no stream with this id.' })
}

/** @throws {@link StreamingError} `invalid_input` unless 1 to 100. */
export function validateLimit(limit: number | undefined): number {
  const value = limit ?? 20
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value
  throw new StreamingError({
    code: 'invalid_input',
    field: 'limit',
    message: 'limit takes a whole number from 1 to 100.',
  })
}

function nestsAtMost(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((child) => nestsAtMost(child, levels - 1))
}

function parse<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])]
  const field = path.map(String).join('.')
  const problem = unknown === undefined ? (issue?.message ?? 'is malformed') : 'there is no such field'
  throw new StreamingError({
    code: 'invalid_input',
    ...(field === '' ? {} : { field }),
    message: field === '' ? `The input is malformed: ${problem}.` : `${field}: ${problem}.`,
  })
}
