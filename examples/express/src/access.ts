import type { AccessHook, EligibilityHook, PublicAccess } from '@stagedoor/streaming-core'
import { findPerson } from './people.ts'

/**
 * The demo's rule, set by the creator with the stream:
 * `{ audience: 'everyone' | 'signed_in' | 'invited', invited: ['vic'] }`. No rule means everyone.
 * Anything that it does not know is kept closed.
 */
export const access: AccessHook = (viewer, stream) => {
  const { audience = 'everyone', invited } = stream.access
  const isOwner = viewer.userId === stream.creatorId
  if (isOwner || audience === 'everyone') return { allowed: true }
  if (viewer.userId === null) return { allowed: false, reason: 'sign_in', offers: [] }
  const isInvited = Array.isArray(invited) && invited.includes(viewer.userId)
  if (audience === 'signed_in' || (audience === 'invited' && isInvited)) return { allowed: true }
  return { allowed: false, reason: 'banned', offers: [] }
}

/** Anybody may know whom a stream is for; who was invited stays between the creator and them. */
export const publicAccess: PublicAccess = ({ audience = 'everyone' }) => ({ audience })

/** Who may go live: the demo's two creators. A verified one may also choose how. */
export const eligibility: EligibilityHook = ({ userId }) => {
  const person = findPerson(userId)
  if (person?.role === 'creator') return { eligible: true, verified: person.verified }
  return {
    eligible: false,
    reason: `${person?.name ?? 'This account'} has a viewer account. Only creators go live: sign in as Ava or Noa.`,
  }
}
