import { z } from 'zod'
import { PaywallError } from './errors.ts'

/**
 * Who may watch a stream, as its `access` says:
 * - `free`: everybody, `signed_in`: everybody with an account;
 * - `subscribers`: who has `creator:<id>`, by a subscription, a bundle or a gift;
 * - `ticket`: who has `stream:<id>`, and subscribers too where `freeForSubscribers` says so.
 */
export interface StreamAccess {
  readonly type: 'free' | 'signed_in' | 'subscribers' | 'ticket'
  /** Only of `ticket`. Default false. */
  readonly freeForSubscribers?: boolean
  /** Seconds that a viewer with an account may watch for nothing, counted from their first look. Default 0. */
  readonly previewSeconds?: number
}

const schema = z.strictObject({
  type: z.enum(['free', 'signed_in', 'subscribers', 'ticket']),
  freeForSubscribers: z.boolean().optional(),
  previewSeconds: z.int().min(0).max(3600).optional(),
})

/**
 * Reads a stream's `access`. `{}`, what a stream has when its creator said nothing, is `fallback`.
 *
 * @throws {@link PaywallError} `misconfigured` for anything else that is no {@link StreamAccess}: who mistyped a rule must
 * not let everybody in.
 */
export function readStreamAccess(
  access: Readonly<Record<string, unknown>>,
  fallback: StreamAccess,
): StreamAccess {
  if (Object.keys(access).length === 0) return fallback
  const result = schema.safeParse(access)
  // zod tells optional from undefined less strictly than the compiler is set to.
  if (result.success) return result.data as StreamAccess
  const [issue] = result.error.issues
  throw new PaywallError({
    code: 'misconfigured',
    field: ['access', ...(issue?.path ?? [])].join('.'),
    message: `The stream's access is no rule of the paywall: ${issue?.message}. Give { "type": "free" }, "signed_in", "subscribers" or "ticket".`,
  })
}
