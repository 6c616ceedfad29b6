import { json } from '@stagedoor/web-handler'
import type { Denial } from '../access.ts'
import type { StreamingErrorCode } from '../errors.ts'

/** The body of every error answer. */
export interface ErrorBody {
  readonly error: { readonly code: StreamingErrorCode; readonly message: string; readonly field?: string }
  /** Present when access was denied. */
  readonly denial?: Denial
}

/** 402 when money would open the door, 403 otherwise. */
export function denialResponse(denial: Denial): Response {
  const payable = denial.reason === 'subscribe' || denial.reason === 'buy_ticket'
  const code = payable ? 'payment_required' : 'forbidden'
  const message = denialMessages[denial.reason]
  return json(payable ? 402 : 403, { error: { code, message }, denial } satisfies ErrorBody)
}

const denialMessages: Record<Denial['reason'], string> = {
  sign_in: 'Sign in to watch.',
  subscribe: 'This stream is for subscribers.',
  buy_ticket: 'This stream needs a ticket.',
  region: 'This stream is not available in your region.',
  age: 'This stream is for adults.',
  banned: 'You may not watch this stream.',
  not_started: 'This stream has not begun.',
}
