import { StreamingError } from '@stagedoor/streaming-core'

/** LiveKit allows 256 characters in the name of a room and in an identity (livekit-server 1.13, config defaults). */
const maxLength = 256

/** The one room of a stream. Rooms are known by name alone, as a restarted server makes them anew without metadata. */
export function roomName(namespace: string, streamId: string): string {
  const name = `stagedoor-${namespace}-${streamId}`
  if (/^[A-Za-z0-9_-]+$/.test(streamId) && name.length <= maxLength) return name
  throw new StreamingError({
    code: 'invalid_input',
    provider: 'livekit',
    field: 'streamId',
    message: 'streamId takes letters, digits, _ and -, as it becomes the name of a room.',
  })
}

/** The stream that a room was made for; null for a room of another namespace or of somebody else. */
export function streamIdOf(namespace: string, room: string): string | null {
  const prefix = `stagedoor-${namespace}-`
  return room.startsWith(prefix) && room.length > prefix.length ? room.slice(prefix.length) : null
}

/** Who is in a room, as the server chose to name them. */
export type Participant =
  | { readonly role: 'host'; readonly userId: string }
  | { readonly role: 'viewer'; readonly userId: string }
  | { readonly role: 'guest' }

/** The host's identity: the same for each of their connections, so that a new one takes the place of the old. */
export function hostIdentity(userId: string): string {
  return limited(`host:${encodeURIComponent(userId)}`)
}

/** A viewer's identity: one for each token, so that two tabs of one person do not throw each other out. */
export function viewerIdentity(userId: string | null): string {
  const nonce = crypto.randomUUID()
  return userId === null ? `guest:${nonce}` : limited(`viewer:${encodeURIComponent(userId)}:${nonce}`)
}

/** Null for somebody whom this adapter did not name, such as a recorder. */
export function participantOf(identity: string): Participant | null {
  const [role, id = '', nonce] = identity.split(':')
  if (role === 'guest') return { role }
  const userId = decoded(id)
  if (!userId) return null
  if (role === 'host') return { role, userId }
  return role === 'viewer' && nonce ? { role, userId } : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    // No identity of ours has such escapes.
    return null
  }
}

function limited(identity: string): string {
  if (identity.length <= maxLength) return identity
  throw new StreamingError({
    code: 'invalid_input',
    provider: 'livekit',
    field: 'userId',
    message: `A user id of this length does not fit into LiveKit's ${maxLength} characters of an identity.`,
  })
}
