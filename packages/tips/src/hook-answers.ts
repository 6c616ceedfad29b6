import { z } from 'zod'
import { TipError } from './errors.ts'
import { bps, type Payee, reserve, seconds, type TipVerdict } from './options.ts'

/** A platform's own row of a creator may have more than this. */
const payee = z.object({
  canReceive: z.boolean().optional(),
  feeBps: bps.optional(),
  holdSeconds: seconds.optional(),
  reserve: reserve.optional(),
  account: z.string().min(1).optional(),
})

const verdict = z.union([
  z.object({ allowed: z.literal(true) }),
  z.object({ allowed: z.literal(false), message: z.string().optional() }),
])

/** @throws {@link TipError} `misconfigured` unless the `creator` hook told of a creator, or that there is none. */
export function readPayee(answer: unknown): Payee | null {
  if (answer === null || answer === undefined) return null
  return read('creator', payee, answer) as Payee
}

/** @throws {@link TipError} `misconfigured` unless a hook said yes or no: what is neither lets nobody through. */
export function readVerdict(hook: 'moderate' | 'risk', answer: unknown): TipVerdict {
  return read(hook, verdict, answer) as TipVerdict
}

function read<Schema extends z.ZodType>(hook: string, schema: Schema, answer: unknown): z.infer<Schema> {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = ['The answer of', hook, ...(issue?.path.length ? [`at ${issue.path.join('.')}`] : [])].join(
    ' ',
  )
  throw new TipError({ code: 'misconfigured', message: `${where}: ${issue?.message ?? 'malformed'}.` })
}
