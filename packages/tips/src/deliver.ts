import { batchCalls } from '@stagedoor/ledger'
import type { Alert, AlertSettings } from './alert.ts'
import { announceGoal } from './announce-goal.ts'
import { laterBy } from './apply-fact.ts'
import { TipError } from './errors.ts'
import type { TipEvent } from './tip-event.ts'
import type { ClaimedEvent } from './tip-store.ts'
import type { DeliveryReport } from './tips.ts'
import type { TipsContext } from './tips-context.ts'

const batchSize = 200

/** Events that are being told at a time, by all deliveries of a process: one that hangs takes a place, and no more. */
const mostAtOnce = 400

/** Longer than a batch waits before its events are told; who died with one lets others have it after this. */
const leaseSeconds = 60

const longestPauseSeconds = 600

/** Hands what is in the outbox on. Any number of deliveries may run at once. */
export interface Delivery {
  /**
   * Runs until the outbox is empty and all that was taken out of it has been told.
   *
   * @param onEmpty - Called when nothing is left to take, while slow events may still be under way.
   */
  run(signal: AbortSignal | undefined, onEmpty?: () => void): Promise<DeliveryReport>
}

/** Hands what is in the outbox to overlays, goals and the platform. */
export function createDelivery(context: TipsContext): Delivery {
  const { store, batching } = context.settings
  const telling = new Set<Promise<unknown>>()
  /** Each as soon as it was taken; those of a moment share a round trip. */
  const remove = batchCalls({
    send: async (ids: readonly string[]) => {
      await store.removeEvents(ids)
      return ids
    },
    options: batching,
  })

  return {
    run: async (signal, onEmpty) => {
      const own = new Set<Promise<void>>()
      const problems: unknown[] = []
      let [delivered, failed] = [0, 0]
      const begin = (one: ClaimedEvent) => {
        const work: Promise<void> = tell(context, one, remove, signal)
          .then((wasTaken) => {
            if (wasTaken) delivered += 1
            else failed += 1
          })
          .catch((cause: unknown) => void problems.push(cause))
          .finally(() => {
            telling.delete(work)
            own.delete(work)
          })
        telling.add(work)
        own.add(work)
      }
      const throwIfOver = () => {
        throwIfAborted(signal)
        if (problems.length > 0) throw problems[0]
      }
      try {
        for (;;) {
          // A place has to be free before events are claimed, as their lease runs from then on.
          while (telling.size >= mostAtOnce) await Promise.race(telling)
          throwIfOver()
          const at = context.now()
          const limit = Math.min(batchSize, mostAtOnce - telling.size)
          const until = laterBy(at, leaseSeconds + context.settings.eventTimeoutSeconds)
          const claimed = await store.claimEvents({ at, until, limit })
          if (claimed.length === 0) break
          await showAlerts(context, claimed)
          await announceGoals(context, claimed)
          claimed.forEach(begin)
        }
        onEmpty?.()
      } finally {
        await Promise.all(own)
      }
      throwIfOver()
      return { delivered, failed }
    },
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new TipError({ code: 'aborted', message: 'Delivering was given up.', cause: signal.reason })
}

/** True when it was taken; then it is out of the outbox. */
async function tell(
  context: TipsContext,
  { event, attempts }: ClaimedEvent,
  remove: (id: string) => Promise<string>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await tellPlatform(context, event, signal)
  } catch (error) {
    const pause = Math.min(longestPauseSeconds, 2 ** Math.min(attempts, 10))
    context.settings.logger.warn('an event was not taken; it comes again', {
      ...{ eventId: event.id, type: event.type, attempts, cause: error },
    })
    await context.settings.store.releaseEvent(event.id, laterBy(context.now(), pause))
    return false
  }
  await remove(event.id)
  return true
}

/** Waits no longer than is allowed, also for who does not heed the signal. */
async function tellPlatform(
  { settings }: TipsContext,
  event: TipEvent,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { onEvent, eventTimeoutSeconds } = settings
  if (!onEvent) return
  const limit = new AbortController()
  const message = `onEvent did not answer within ${eventTimeoutSeconds} seconds.`
  const timer = setTimeout(
    () => limit.abort(new TipError({ code: 'aborted', message })),
    eventTimeoutSeconds * 1000,
  )
  const given = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal
  let giveUp = () => {}
  try {
    given.throwIfAborted()
    const taken = onEvent(event, { signal: given })
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = () => reject(given.reason)
      given.addEventListener('abort', giveUp)
      if (given.aborted) giveUp()
    })
    await Promise.race([taken, givenUp])
  } finally {
    clearTimeout(timer)
    given.removeEventListener('abort', giveUp)
  }
}

/** Overlays get tips that are large enough, and goals; nobody's who has no overlay. */
async function showAlerts(context: TipsContext, claimed: readonly ClaimedEvent[]): Promise<void> {
  const { store } = context.settings
  const events = claimed
    .map(({ event }) => event)
    .filter((event) => (event.type === 'tip.completed' ? !event.tip.purpose : event.type === 'goal.reached'))
  const settings = new Map<string, AlertSettings | null>()
  for (const creatorId of new Set(events.map((event) => event.creatorId))) {
    settings.set(creatorId, await store.getAlertSettings(creatorId))
  }
  const alerts = events.flatMap((event) => {
    const own = settings.get(event.creatorId)
    return own ? (toAlert(event, own) ?? []) : []
  })
  if (alerts.length > 0) await store.addAlerts(alerts)
}

function toAlert(event: TipEvent, { minimums }: AlertSettings): Omit<Alert, 'seq'> | null {
  const { creatorId, id, at } = event
  if (event.type === 'goal.reached') return { creatorId, id, at, body: { type: 'goal', goal: event } }
  if (event.type !== 'tip.completed') return null
  const { amount, currency } = event.tip.amount
  if (BigInt(amount) < (minimums[currency] ?? 1n)) return null
  return { creatorId, id, at, body: { type: 'tip', tip: event.tip, isTest: false } }
}

/** A goal is read after the tips that count for it; of all who see it reached one announces it. */
async function announceGoals(context: TipsContext, claimed: readonly ClaimedEvent[]): Promise<void> {
  const creators = new Set(
    claimed.flatMap(({ event }) => (event.type === 'tip.completed' ? [event.creatorId] : [])),
  )
  for (const creatorId of creators) await announceGoal(context, creatorId)
}
