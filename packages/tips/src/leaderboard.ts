import { invalidInput } from './errors.ts'
import type { LeaderboardLine } from './tip-store.ts'
import type { LeaderboardQuery } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { requireCount, requireId, requireObject } from './validate.ts'

const dayMs = 86_400_000

/** Who gave a creator most. */
export async function getLeaderboard(
  context: TipsContext,
  query: LeaderboardQuery,
): Promise<readonly LeaderboardLine[]> {
  requireObject('query', query)
  const { settings } = context
  const {
    creatorId,
    currency = Object.keys(settings.currencies)[0] ?? 'USD',
    period = 'all',
    streamId,
  } = query
  const { limit = 10 } = query
  requireId('creatorId', creatorId)
  if (streamId !== undefined) requireId('streamId', streamId)
  requireCount('limit', limit, 1, 100)
  if (!Object.hasOwn(settings.currencies, currency)) {
    throw invalidInput('currency', `one of ${Object.keys(settings.currencies).join(', ')}`)
  }
  const days = daysOf(period, settings.clock())
  return settings.store.leaderboard({
    ...{ creatorId, currency, limit },
    ...(days ? { days } : {}),
    ...(streamId === undefined ? {} : { streamId }),
  })
}

/** The first and last UTC day of the period that `now` is in; null for all time. */
function daysOf(
  period: LeaderboardQuery['period'],
  now: Date,
): { readonly from: string; readonly to: string } | null {
  const to = now.toISOString().slice(0, 10)
  const midnight = Date.parse(to)
  const day = (time: number) => new Date(time).toISOString().slice(0, 10)
  switch (period) {
    case undefined:
    case 'all':
      return null
    case 'day':
      return { from: to, to }
    case 'week':
      return { from: day(midnight - ((now.getUTCDay() + 6) % 7) * dayMs), to }
    case 'month':
      return { from: `${to.slice(0, 7)}-01`, to }
    default:
      throw invalidInput('period', 'day, week, month or all')
  }
}
