import { PaywallError } from './errors.ts'
import type { PaywallOffer } from './offer.ts'
import { creatorResource, type Resource, streamResource } from './resource.ts'
import type { AccessWindow } from './windows.ts'

/**
 * What an offer gives to who gets it at a moment: the resources and when.
 *
 * @throws {@link PaywallError} `conflict` for a ticket to something that is over, as nothing would be given for it.
 */
export function grantedBy(
  { creatorId, terms }: Pick<PaywallOffer, 'creatorId' | 'terms'>,
  at: string,
): { readonly resources: readonly Resource[]; readonly window: AccessWindow } {
  switch (terms.kind) {
    case 'subscription':
      return {
        resources: [creatorResource(creatorId)],
        window: { startsAt: at, endsAt: periodEnd(at, terms.interval) },
      }
    case 'ticket': {
      const startsAt = terms.opensAt ?? at
      const endsAt =
        terms.durationSeconds === null ? null : laterBy(startsAt, terms.durationSeconds + terms.replaySeconds)
      if (endsAt !== null && endsAt <= at) {
        throw new PaywallError({
          code: 'conflict',
          message: `The ticket was for a show that was over at ${endsAt}.`,
        })
      }
      return { resources: [streamResource(terms.streamId)], window: { startsAt, endsAt } }
    }
    case 'bundle':
      return {
        resources: terms.resources,
        window: {
          startsAt: at,
          endsAt: terms.durationSeconds === null ? null : laterBy(at, terms.durationSeconds),
        },
      }
  }
}

/**
 * When a period that begins then is over, in UTC. A month that lacks the day ends on its last: January 31st and a month is
 * the end of February.
 */
export function periodEnd(
  startsAt: string,
  { unit, count }: { readonly unit: 'day' | 'week' | 'month' | 'year'; readonly count: number },
): string {
  if (unit === 'day' || unit === 'week') return laterBy(startsAt, count * (unit === 'day' ? 1 : 7) * 86_400)
  const start = new Date(startsAt)
  const months = start.getUTCMonth() + count * (unit === 'month' ? 1 : 12)
  const end = new Date(startsAt)
  end.setUTCDate(1)
  end.setUTCMonth(months)
  const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate()
  end.setUTCDate(Math.min(start.getUTCDate(), lastDay))
  return end.toISOString()
}

/** @returns ISO 8601, UTC, in milliseconds. */
export function laterBy(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString()
}
