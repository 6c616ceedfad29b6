import { z } from 'zod'

/** The reviver's third argument (ES2026), which runtimes have had since 2023 and TypeScript has not. */
interface SourceContext {
  readonly source?: string
}

/**
 * Parses JSON with every number as the text it was: CCBill's ids have 18 digits, and a JavaScript number only holds 15 of
 * them for sure.
 */
export function parseLossless(text: string): unknown {
  return JSON.parse(text, (_: string, value: unknown, context?: SourceContext) => {
    if (typeof value !== 'number') return value
    if (context?.source !== undefined) return context.source
    if (!Number.isSafeInteger(value)) throw new SyntaxError('A number has more digits than can be read.')
    return String(value)
  })
}

/** A flat record of texts, as both forms and JSON of CCBill come to. Anything nested is left out. */
export function toFields(value: unknown): Readonly<Record<string, string>> | null {
  const record = z.record(z.string(), z.unknown()).safeParse(value)
  if (!record.success) return null
  return Object.fromEntries(
    Object.entries(record.data).flatMap(([name, field]) =>
      typeof field === 'string' || typeof field === 'boolean' ? [[name, String(field)] as const] : [],
    ),
  )
}
