import { z } from 'zod'
import { invalidInput } from './errors.ts'
import type { LedgerOptions } from './ledger.ts'
import type { LedgerStore } from './ledger-store.ts'

const schema = z.strictObject({
  store: z.custom<LedgerStore>((value) => typeof value === 'object' && value !== null && 'post' in value, {
    message: 'a LedgerStore, such as memoryLedgerStore()',
  }),
  batching: z
    .strictObject({
      maxSize: z.int().min(1).max(2000).exactOptional(),
      maxDelayMs: z.number().min(0).max(1000).exactOptional(),
      maxInFlight: z.int().min(1).max(64).exactOptional(),
    })
    .exactOptional(),
  clock: z
    .custom<() => Date>((value) => typeof value === 'function', { message: 'a function' })
    .exactOptional(),
}) satisfies z.ZodType<LedgerOptions>

/** @throws {@link LedgerError} `invalid_input` naming the option. */
export function validateOptions(options: LedgerOptions): LedgerOptions {
  const result = schema.safeParse(options)
  // What was given, not a copy: a store may be more than its own fields.
  if (result.success) return options
  const [issue] = result.error.issues
  throw invalidInput(issue?.path.join('.') || 'options', issue?.message ?? 'malformed')
}
