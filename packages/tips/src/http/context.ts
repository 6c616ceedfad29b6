import type { RouteMatch } from '@stagedoor/web-handler'
import { TipError } from '../errors.ts'
import type { TipActor } from '../options.ts'
import type { Tips } from '../tips.ts'

/** What the routes of tips work with. */
export interface TipsRouteContext {
  readonly tips: Tips
  readonly identity: TipActor | null
  readonly maxBodyBytes: number
  readonly maxWebhookBytes: number
  readonly pollSeconds: number
  remoteAddress(request: Request): string | undefined
}

/** The context of one request. */
export type TipsRequest = TipsRouteContext & RouteMatch

/** @throws {@link TipError} `unauthenticated` */
export function signedIn({ identity }: TipsRequest): TipActor {
  if (identity) return identity
  throw new TipError({ code: 'unauthenticated', message: 'Sign in first.' })
}

/**
 * The creator whose page this is: the caller, or anybody for the platform's staff.
 *
 * @throws {@link TipError} `unauthenticated`, `forbidden`
 */
export function ownCreator(request: TipsRequest, creatorId = idOf(request)): string {
  const { userId, isAdmin = false } = signedIn(request)
  if (userId === creatorId || isAdmin) return creatorId
  throw new TipError({ code: 'forbidden', message: 'Only the creator may see and do this.' })
}

/** The so manieth open segment of the path. */
export function idOf({ params }: TipsRequest, index = 0): string {
  return params[index] ?? ''
}

/** Options of calls that can be given up when the client goes. */
export function callOptions({ request }: TipsRequest): { readonly signal: AbortSignal } {
  return { signal: request.signal }
}

/** @throws {@link TipError} `invalid_input` when there is none. */
export function idempotencyKeyOf({ request }: TipsRequest): string {
  const key = request.headers.get('idempotency-key')
  if (key !== null) return key
  throw new TipError({
    code: 'invalid_input',
    field: 'Idempotency-Key',
    message: 'Send an Idempotency-Key header: draw one for each intent, and repeat it with each attempt.',
  })
}
