import { type LedgerStore, movementName, type NewTransfer } from '@stagedoor/ledger'
import type { Alert, AlertSettings } from './alert.ts'
import { TipError } from './errors.ts'
import type { Tally } from './tally.ts'
import type { Tip } from './tip.ts'
import type { TipEvent } from './tip-event.ts'
import type { TipMenuItem } from './tip-menu.ts'
import type {
  BlockedPayer,
  InboxEvent,
  LeaderboardLine,
  StoredGoal,
  TipChange,
  TipStore,
  VelocityLimit,
} from './tip-store.ts'

interface OutboxRow {
  readonly event: TipEvent
  attempts: number
  freeAt: string
}

/**
 * Tips within one process, for tests and demos: everything is forgotten when the process ends.
 *
 * @param options - `ledger` is the store that the ledger over it uses as well.
 */
export function memoryTipStore({ ledger }: { readonly ledger: LedgerStore }): TipStore {
  const tips = new Map<string, Tip>()
  const dueAt = new Map<string, string>()
  const inbox = new Map<string, string>()
  const outbox = new Map<string, OutboxRow>()
  const tallies: Tally[] = []
  const goals = new Map<string, StoredGoal>()
  const menus = new Map<string, readonly TipMenuItem[]>()
  const blocked = new Map<string, Map<string, BlockedPayer>>()
  const settings = new Map<string, AlertSettings>()
  const alerts = new Map<string, Alert[]>()
  let alertCount = 0
  let commits: Promise<unknown> = Promise.resolve()

  const schedule = (tipId: string, at: string | null) => {
    if (at === null) dueAt.delete(tipId)
    else dueAt.set(tipId, at)
  }
  const isBlocked = ({ creatorId, payerId }: Tip) =>
    [...(blocked.get(creatorId)?.values() ?? [])].some((one) => one.payerId === payerId)
  const enqueue = (events: readonly TipEvent[]) => {
    for (const event of events) outbox.set(event.id, { event, attempts: 0, freeAt: '' })
  }
  const commitAll = async (changes: readonly TipChange[], at: string) => {
    const winners = new Set<TipChange>()
    const changed = new Set<string>()
    for (const change of changes) {
      const { id, version } = change.tip
      if (tips.get(id)?.version !== version - 1 || changed.has(id)) continue
      winners.add(change)
      changed.add(id)
    }
    const transfers = [...winners].flatMap((change) => change.transfers)
    await refuseBooked(ledger, transfers)
    for (const result of await ledger.post(transfers, at)) {
      if (result.outcome !== 'posted') throw alreadyBooked(result.transfer.key)
    }
    for (const { tip, event, tally, events, checkAt } of winners) {
      tips.set(tip.id, tip)
      schedule(tip.id, checkAt)
      if (event) inbox.set(inboxKey(event), at)
      if (tally) tallies.push(tally)
      enqueue(events)
    }
    return changes.map((change) => (winners.has(change) ? 'committed' : 'stale'))
  }

  return {
    create: async (tip, limits, checkAt) => {
      const present = tips.get(tip.id)
      if (present) return { outcome: 'exists', tip: present }
      if (isBlocked(tip)) return { outcome: 'blocked' }
      for (const limit of limits) {
        const retryAfterSeconds = retryAfter(limit, tip, tips.values())
        if (retryAfterSeconds !== null) return { outcome: 'limited', limit, retryAfterSeconds }
      }
      tips.set(tip.id, tip)
      schedule(tip.id, checkAt)
      return { outcome: 'created', tip }
    },
    load: async (queries) =>
      queries.map(({ tipId, event }) => ({
        tip: tips.get(tipId) ?? null,
        isSeen: event !== undefined && inbox.has(inboxKey(event)),
      })),
    findByCharge: async (gateway, chargeRef) =>
      [...tips.values()].find(
        (tip) =>
          tip.gateway === gateway &&
          (tip.chargeRef === chargeRef || tip.strays.some(({ ref }) => ref === chargeRef)),
      ) ?? null,
    commit: (changes, at) => {
      // One after the other, as the ledger answers later.
      const work = commits.then(() => commitAll(changes, at))
      commits = work.catch(() => {})
      return work as ReturnType<TipStore['commit']>
    },
    list: async ({ creatorId, payerId, streamId, status, after, limit }) =>
      [...tips.values()]
        .filter((tip) => creatorId === undefined || tip.creatorId === creatorId)
        .filter((tip) => payerId === undefined || tip.payerId === payerId)
        .filter((tip) => streamId === undefined || tip.streamId === streamId)
        .filter((tip) => status === undefined || tip.status === status)
        .filter((tip) => after === undefined || newestFirst(after, tip) < 0)
        .sort(newestFirst)
        .slice(0, limit),
    claimDue: async ({ at, until, limit }) => {
      const due = [...dueAt]
        .filter(([, time]) => time <= at)
        .sort(([, left], [, right]) => compare(left, right))
        .slice(0, limit)
      for (const [tipId] of due) dueAt.set(tipId, until)
      return due.flatMap(([tipId]) => tips.get(tipId) ?? [])
    },
    postpone: async (tipId, version, checkAt) => {
      if (tips.get(tipId)?.version === version) schedule(tipId, checkAt)
    },
    claimEvents: async ({ at, until, limit }) => {
      const free = [...outbox.values()].filter(({ freeAt }) => freeAt <= at).slice(0, limit)
      return free.map((row) => {
        row.attempts += 1
        row.freeAt = until
        return { event: row.event, attempts: row.attempts }
      })
    },
    removeEvents: async (ids) => {
      for (const id of ids) outbox.delete(id)
    },
    releaseEvent: async (id, at) => {
      const row = outbox.get(id)
      if (row) row.freeAt = at
    },
    getGoal: async (creatorId) => goals.get(creatorId) ?? null,
    putGoal: async (creatorId, goal) => {
      if (goal) goals.set(creatorId, { goal, announcedLevel: 0 })
      else goals.delete(creatorId)
    },
    announceGoal: async ({ id, creatorId }, from, to, events) => {
      const stored = goals.get(creatorId)
      if (stored?.goal.id !== id || stored.announcedLevel !== from) return false
      goals.set(creatorId, { ...stored, announcedLevel: to })
      enqueue(events)
      return true
    },
    goalTotal: async ({ id, creatorId }) =>
      tallies
        .filter((tally) => tally.goalId === id && tally.creatorId === creatorId)
        .reduce((sum, { amount }) => sum + amount, 0n),
    leaderboard: async ({ creatorId, currency, days, streamId, limit }) =>
      ranked(
        tallies
          .filter((tally) => tally.creatorId === creatorId && tally.currency === currency)
          .filter(({ day }) => !days || (days.from <= day && day <= days.to))
          .filter((tally) => streamId === undefined || tally.streamId === streamId),
      ).slice(0, limit),
    // Nothing is read from a disk here.
    compactTallies: async () => 0,
    getMenu: async (creatorId) => menus.get(creatorId) ?? [],
    putMenu: async (creatorId, items) => {
      menus.set(creatorId, items)
    },
    block: async (creatorId, given) => {
      const own = blocked.get(creatorId) ?? new Map<string, BlockedPayer>()
      blocked.set(creatorId, own)
      if (!own.has(given.id)) own.set(given.id, given)
    },
    unblock: async (creatorId, id) => {
      blocked.get(creatorId)?.delete(id)
    },
    listBlocked: async (creatorId, { after, limit }) =>
      [...(blocked.get(creatorId)?.values() ?? [])]
        .filter(({ id }) => after === undefined || id > after)
        .sort((left, right) => compare(left.id, right.id))
        .slice(0, limit),
    getAlertSettings: async (creatorId) => settings.get(creatorId) ?? null,
    putAlertSettings: async (given) => {
      settings.set(given.creatorId, given)
    },
    addAlerts: async (given) => {
      for (const alert of given) {
        const feed = alerts.get(alert.creatorId) ?? []
        alerts.set(alert.creatorId, feed)
        if (!feed.some(({ id }) => id === alert.id)) feed.push({ ...alert, seq: ++alertCount })
      }
    },
    listAlerts: async (creatorId, afterSeq, limit) =>
      (alerts.get(creatorId) ?? []).filter(({ seq }) => seq > afterSeq).slice(0, limit),
    lastAlert: async (creatorId) => alerts.get(creatorId)?.at(-1)?.seq ?? 0,
    prune: async ({ before }) => {
      let removed = 0
      for (const [key, at] of inbox) if (at < before && inbox.delete(key)) removed += 1
      for (const [creatorId, feed] of alerts) {
        const kept = feed.filter(({ at }) => at >= before)
        removed += feed.length - kept.length
        alerts.set(creatorId, kept)
      }
      return removed
    },
  }
}

/** After how many seconds a tip fits a limit that it exceeds now; null when it fits. */
function retryAfter(limit: VelocityLimit, tip: Tip, all: Iterable<Tip>): number | null {
  const now = Date.parse(tip.createdAt)
  const start = now - limit.windowSeconds * 1000
  const weight = ({ amount }: Tip) => (limit.counts === 'amount' ? amount.amount : 1n)
  const counted = [...all].filter((one) => Date.parse(one.createdAt) > start && isCounted(limit, tip, one))
  let used = 0n
  // Those that are gone last are in the way longest; a tip that is too much by itself is in its own way.
  for (const one of [tip, ...counted.sort(newestFirst)]) {
    used += weight(one)
    if (used <= limit.limit) continue
    return Math.max(1, Math.ceil((Math.min(now, Date.parse(one.createdAt)) - start) / 1000))
  }
  return null
}

function isCounted({ scope, counts }: VelocityLimit, tip: Tip, one: Tip): boolean {
  if (scope !== 'creator' && one.payerId !== tip.payerId) return false
  if (scope !== 'payer' && one.creatorId !== tip.creatorId) return false
  if (counts === 'declines') return one.status === 'failed'
  if (counts === 'attempts') return true
  return (
    one.amount.currency === tip.amount.currency && (one.status === 'pending' || one.status === 'completed')
  )
}

function ranked(tallies: readonly Tally[]) {
  const lines = new Map<string, LeaderboardLine & { readonly namedAt: string }>()
  for (const { payerId, payerName, namedAt, amount, tips } of tallies) {
    if (payerId === null) continue
    const line = lines.get(payerId) ?? { payerId, payerName: null, namedAt: '', amount: 0n, tips: 0 }
    const name = namedAt !== null && namedAt >= line.namedAt ? { payerName, namedAt } : {}
    lines.set(payerId, { ...line, ...name, amount: line.amount + amount, tips: line.tips + tips })
  }
  return [...lines.values()]
    .filter(({ amount }) => amount > 0n)
    .map(({ namedAt: _, ...line }): LeaderboardLine => line)
    .sort((left, right) =>
      left.amount === right.amount
        ? compare(left.payerId, right.payerId)
        : left.amount < right.amount
          ? 1
          : -1,
    )
}

function newestFirst(left: Pick<Tip, 'createdAt' | 'id'>, right: Pick<Tip, 'createdAt' | 'id'>): number {
  return compare(right.createdAt, left.createdAt) || compare(right.id, left.id)
}

function compare(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}

function inboxKey({ gateway, id }: InboxEvent): string {
  return JSON.stringify([gateway, id])
}

/** Looks before it books, as the ledger books each transfer by itself. @throws {@link TipError} `conflict` */
async function refuseBooked(ledger: LedgerStore, transfers: readonly NewTransfer[]): Promise<void> {
  const keys = new Set<string>()
  const movements = new Set<string | null>()
  for (const owner of new Set(transfers.flatMap(({ gateway }) => gateway?.id ?? []))) {
    const entries = await ledger.listEntries({ owner, order: 'oldest', limit: Number.POSITIVE_INFINITY })
    for (const entry of entries) movements.add(movementName(entry))
  }
  movements.delete(null)
  for (const transfer of transfers) {
    const { key } = transfer
    const movement = movementName(transfer)
    if (keys.has(key) || movements.has(movement) || (await ledger.get(key))) throw alreadyBooked(key)
    keys.add(key)
    if (movement !== null) movements.add(movement)
  }
}

function alreadyBooked(key: string): TipError {
  return new TipError({
    code: 'conflict',
    message: `The ledger has ${key} already, though its tip does not know of it. Nothing was changed; compare the two.`,
  })
}
