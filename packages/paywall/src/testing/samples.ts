import type { Grant, Revocation } from '../entry.ts'
import type { PaywallOffer } from '../offer.ts'
import type { AuditRecord, PaywallChange, PaywallEvent } from '../paywall-store.ts'
import type { PaywallSale } from '../sale.ts'

/** ISO 8601 of a minute of the samples' evening. */
export function minute(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 24, 20, minutes)).toISOString()
}

/** A grant of Ava's to Vic; one that begins and ends is given. */
export function sampleGrant(given: Partial<Grant> = {}): Grant {
  return {
    ...{ kind: 'grant', userId: 'vic', resource: 'creator:ava', sourceRef: 'comp:1', source: 'comp' },
    ...{ startsAt: minute(0), endsAt: minute(60) },
    ...given,
  }
}

/** Takes the sample grant away. */
export function sampleRevocation(given: Partial<Revocation> = {}): Revocation {
  return {
    kind: 'revocation',
    userId: 'vic',
    sourceRef: 'comp:1',
    from: minute(30),
    reason: 'refund',
    ...given,
  }
}

/** A plan of Ava's. */
export function sampleOffer(given: Partial<PaywallOffer> = {}): PaywallOffer {
  return {
    ...{ id: 'plan', creatorId: 'ava', version: 1, title: 'Front row' },
    price: { amount: '999', currency: 'USD' },
    terms: {
      ...{ kind: 'subscription', interval: { unit: 'month', count: 1 } },
      ...{ trialDays: 0, graceSeconds: null },
    },
    ...{ isOnSale: true, createdAt: minute(0) },
    ...given,
  }
}

/** A ticket of Ava's that Vic buys. */
export function sampleSale(given: Partial<PaywallSale> = {}): PaywallSale {
  return {
    ...{ id: 'sale1', userId: 'vic', creatorId: 'ava', offerId: 'ticket', offerVersion: 1, title: 'Friday' },
    price: { amount: '500', currency: 'USD' },
    terms: {
      ...{ kind: 'ticket', streamId: 'show', opensAt: null },
      ...{ durationSeconds: 3600, replaySeconds: 0 },
    },
    ...{ paymentId: 'tip_1', gateway: null, createdAt: minute(0) },
    ...given,
  }
}

/** A line of the audit log. */
export function sampleAudit(id: string, given: Partial<AuditRecord> = {}): AuditRecord {
  return { id, at: minute(0), actorId: 'ava', action: 'access.granted', creatorId: 'ava', ...given }
}

/** An event of the outbox. */
export function sampleEvent(id: string): PaywallEvent {
  return { id, at: minute(0), type: 'access.changed', userId: 'vic', creatorId: 'ava' }
}

/** A change with nothing in it but what is given. */
export function sampleChange(given: Partial<PaywallChange>): PaywallChange {
  return { audit: [], events: [], ...given }
}
