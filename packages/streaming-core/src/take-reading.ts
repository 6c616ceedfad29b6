import type { CoreContext } from './core-context.ts'
import type { Cost } from './cost/cost.ts'
import { usageOfStream } from './metering.ts'
import { isOpen, type Stream } from './stream.ts'
import type { Streaming } from './streaming.ts'

const thresholds = [100, 80] as const

/** Meters a stream up to now, tells listeners about a new viewer count, and announces a budget that is nearly spent. */
export async function takeReading(context: CoreContext, stream: Stream, viewers?: number): Promise<void> {
  const read = await context.store.meter({
    streamId: stream.id,
    at: context.now().toISOString(),
    ...(viewers === undefined ? {} : { viewers }),
  })
  if (!read) return
  if (viewers !== undefined && viewers !== stream.viewers.current) {
    const { current, peak } = read.viewers
    await context.bus
      .publish({ type: 'viewers.changed', streamId: stream.id, current, peak, status: read.status })
      .catch((cause: unknown) => context.logger.warn('event bus failed', { cause }))
  }
  await announceBudget(context, read)
}

/** Once for each threshold: the version guard lets one of many servers through, the others find it announced. */
async function announceBudget(context: CoreContext, stream: Stream): Promise<void> {
  const { budget, budgetReached } = stream
  if (!budget || !isOpen(stream) || budgetReached === 100) return
  const spent = costOf(context, stream).total
  if (spent.currency !== budget.currency) return
  const reached = thresholds.find(
    (percent) => BigInt(spent.amount) * 100n >= BigInt(budget.amount) * BigInt(percent),
  )
  if (reached === undefined || reached <= budgetReached) return
  await context.transition(stream, {
    next: { ...stream, budgetReached: reached },
    events: [{ type: 'budget.reached', percent: reached }],
  })
}

function costOf(context: CoreContext, stream: Stream): Cost {
  return context.adapter(stream.adapterId).cost(usageOfStream(stream))
}

/** The verb that tells what a stream costs; it meters up to now first. */
export function getCostVerb(context: CoreContext): Streaming['getCost'] {
  return async (streamId) => {
    const stream = await context.stream(streamId)
    const reading = { streamId: stream.id, at: context.now().toISOString() }
    const read = (stream.status === 'live' ? await context.store.meter(reading) : null) ?? stream
    return { ...costOf(context, read), usage: usageOfStream(read), until: read.usage.until }
  }
}
