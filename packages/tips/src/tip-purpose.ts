import { z } from 'zod'
import { invalidInput } from './errors.ts'
import { readTitle, requireId } from './validate.ts'

/**
 * What a payment is for when it is no gift: it buys something of the creator's, such as a ticket. It is charged, split, held,
 * refunded and disputed like any tip, and it is no part of goals, leaderboards and alerts.
 */
export interface TipPurpose {
  readonly type: 'purchase'
  /** The platform's own reference of what is bought, which events repeat. */
  readonly id: string
  /** For receipts: 1 to 100 characters. */
  readonly title: string
}

const purpose = z.strictObject({ type: z.literal('purchase'), id: z.string(), title: z.string() })

/** @throws {@link TipError} `invalid_input` naming the field. */
export function readPurpose(value: unknown): TipPurpose {
  const result = purpose.safeParse(value)
  if (!result.success) {
    const [issue] = result.error.issues
    throw invalidInput(['purpose', ...(issue?.path ?? [])].join('.'), issue?.message ?? 'malformed')
  }
  const { type, id, title } = result.data
  requireId('purpose.id', id)
  return { type, id, title: readTitle('purpose.title', title, 100) }
}
