import type { Entry } from '../entry.ts'
import type { Resource } from '../resource.ts'

/**
 * Access in its plainest words, to compare with: at a moment somebody has access when there is a grant that has begun, is not
 * over, and was not taken away by then. It knows no windows.
 */
export function hasAccess(entries: readonly Entry[], resources: readonly Resource[], at: string): boolean {
  return entries.some(
    (grant) =>
      grant.kind === 'grant' &&
      resources.includes(grant.resource) &&
      grant.startsAt <= at &&
      (grant.endsAt === null || at < grant.endsAt) &&
      !entries.some(
        (other) => other.kind === 'revocation' && other.sourceRef === grant.sourceRef && other.from <= at,
      ),
  )
}

/** When access that is there at a moment ends, null when it does not: the first time named anywhere at which it is gone. */
export function accessEnd(
  entries: readonly Entry[],
  resources: readonly Resource[],
  at: string,
): string | null {
  const times = entries.flatMap((entry) => (entry.kind === 'grant' ? [entry.endsAt] : [entry.from]))
  return (
    times
      .filter((time) => time !== null)
      .filter((time) => time > at)
      .sort()
      .find((time) => !hasAccess(entries, resources, time)) ?? null
  )
}
