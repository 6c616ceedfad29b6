import { PaywallError } from './errors.ts'
import { laterBy } from './grant-windows.ts'
import type { Paywall } from './paywall.ts'
import type { PaywallContext } from './paywall-context.ts'

const batchSize = 100

/** Whoever took events and died with them lets others have them after this. */
const leaseSeconds = 60

/** Hands what is in the outbox to the platform, until it is empty. */
export function deliverVerb({ settings, now, cache }: PaywallContext): Pick<Paywall, 'deliver'> {
  const { store, onEvent, logger } = settings
  return {
    deliver: async ({ signal } = {}) => {
      let [delivered, failed] = [0, 0]
      for (;;) {
        if (signal?.aborted) {
          throw new PaywallError({
            code: 'aborted',
            message: 'Delivering was given up.',
            cause: signal.reason,
          })
        }
        const at = now()
        const events = await store.claimEvents({ at, until: laterBy(at, leaseSeconds), limit: batchSize })
        if (events.length === 0) return { delivered, failed }
        const taken = await Promise.all(
          events.map(async (event) => {
            // Another server may have made the change that this one has to tell of.
            cache.forget(event.userId)
            try {
              await onEvent?.(event)
              return [event.id]
            } catch (cause) {
              logger.warn('an event was not taken; it comes again', { eventId: event.id, cause })
              return []
            }
          }),
        )
        await store.removeEvents(taken.flat())
        delivered += taken.flat().length
        failed += events.length - taken.flat().length
      }
    },
  }
}
