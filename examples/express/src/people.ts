import type { Identity } from '@stagedoor/streaming-core'

/** Somebody of the demo. A real platform has a table of users and a real sign-in instead of this file. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly role: 'creator' | 'viewer'
  /** A verified creator may choose how to stream. */
  readonly verified: boolean
  readonly about: string
}

export const people: readonly Person[] = [
  { id: 'ava', name: 'Ava', role: 'creator', verified: true, about: 'Verified creator' },
  { id: 'noa', name: 'Noa', role: 'creator', verified: false, about: 'New creator, not yet verified' },
  { id: 'vic', name: 'Vic', role: 'viewer', verified: false, about: 'Viewer' },
  { id: 'sam', name: 'Sam', role: 'viewer', verified: false, about: 'Viewer' },
]

export const personCookie = 'stagedoor_person'

export function findPerson(id: string | null | undefined): Person | null {
  return people.find((person) => person.id === id) ?? null
}

/** The name to show for a user id. */
export function nameOf(userId: string): string {
  return findPerson(userId)?.name ?? userId
}

/** Who sends a request: `Authorization: Bearer demo-<name>` first, then the switcher's cookie. */
export function whoIs(headers: {
  authorization?: string | undefined
  cookie?: string | undefined
}): Person | null {
  if (headers.authorization !== undefined) {
    return findPerson(/^Bearer demo-([a-z]+)$/i.exec(headers.authorization.trim())?.[1]?.toLowerCase())
  }
  for (const pair of headers.cookie?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=')
    if (name === personCookie) return findPerson(value)
  }
  return null
}

/** What the SDK's handlers take: who is this, or null. Replace it with your own session lookup. */
export async function authenticate(request: Request): Promise<Identity | null> {
  const person = whoIs({
    authorization: request.headers.get('authorization') ?? undefined,
    cookie: request.headers.get('cookie') ?? undefined,
  })
  return person && { userId: person.id, displayName: person.name }
}
