import type { Entry, Grant, Revocation } from './entry.ts'
import type { Resource } from './resource.ts'

/** A half-open time: from `startsAt` on, and no longer at `endsAt`; null for good. ISO 8601, UTC, in milliseconds. */
export interface AccessWindow {
  readonly startsAt: string
  readonly endsAt: string | null
}

/**
 * When the entries of one user give access to any of the resources: windows that neither touch nor overlap, oldest first.
 * Neither the order of the entries nor how often each of them comes makes a difference.
 */
export function windowsOf(
  entries: readonly Entry[],
  resources: ReadonlySet<Resource>,
): readonly AccessWindow[] {
  const revoked = new Map<string, string>()
  for (const { sourceRef, from } of entries.filter(isRevocation)) {
    const known = revoked.get(sourceRef)
    if (known === undefined || from < known) revoked.set(sourceRef, from)
  }
  const windows = entries
    .filter(isGrant)
    .filter((grant) => resources.has(grant.resource))
    .map(({ sourceRef, startsAt, endsAt }) => ({
      startsAt,
      endsAt: earlier(endsAt, revoked.get(sourceRef) ?? null),
    }))
    .filter(({ startsAt, endsAt }) => endsAt === null || startsAt < endsAt)
    .sort((left, right) => (left.startsAt < right.startsAt ? -1 : left.startsAt > right.startsAt ? 1 : 0))
  return merge(windows)
}

/** The window that holds the moment, null when none does. */
export function windowAt(windows: readonly AccessWindow[], at: string): AccessWindow | null {
  return windows.find(({ startsAt, endsAt }) => startsAt <= at && (endsAt === null || at < endsAt)) ?? null
}

function merge(sorted: readonly AccessWindow[]): readonly AccessWindow[] {
  const merged: AccessWindow[] = []
  for (const window of sorted) {
    const last = merged.at(-1)
    if (last && (last.endsAt === null || window.startsAt <= last.endsAt)) {
      merged[merged.length - 1] = { startsAt: last.startsAt, endsAt: later(last.endsAt, window.endsAt) }
    } else {
      merged.push(window)
    }
  }
  return merged
}

function isGrant(entry: Entry): entry is Grant {
  return entry.kind === 'grant'
}

function isRevocation(entry: Entry): entry is Revocation {
  return entry.kind === 'revocation'
}

/** Null is never. */
function earlier(left: string | null, right: string | null): string | null {
  if (left === null || right === null) return left ?? right
  return left < right ? left : right
}

function later(left: string | null, right: string | null): string | null {
  if (left === null || right === null) return null
  return left > right ? left : right
}
