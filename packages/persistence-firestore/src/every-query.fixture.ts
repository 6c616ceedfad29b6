import { sampleEarning } from '@stagedoor/ledger/testing'
import type { StreamStatus } from '@stagedoor/streaming-core'
import type { Tip, VelocityLimit } from '@stagedoor/tips'
import type { FirestoreClient } from './firestore-client.ts'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { firestoreLedgerStore } from './ledger/firestore-ledger-store.ts'
import { type RecordedQuery, recordQueries } from './recorded-queries.fixture.ts'
import { firestoreTipStore } from './tips/firestore-tip-store.ts'

const at = '2026-01-01T00:00:00.000Z'

/** Every query that the stores can make, under their default names. */
export async function everyQuery(firestore: FirestoreClient): Promise<readonly RecordedQuery[]> {
  const { client, queries } = recordQueries(firestore)
  await queryStreams(client)
  await queryLedger(client)
  await queryTips(client)
  return queries
}

async function queryStreams(client: FirestoreClient): Promise<void> {
  const store = firestoreStreamStore(client)
  const after = { createdAt: at, id: 's' }
  const statuses: StreamStatus[][] = [['live'], ['live', 'ended']]
  for (const status of [undefined, ...statuses]) {
    for (const creatorId of [undefined, 'ava']) {
      for (const from of [undefined, after]) {
        const query = {
          ...(status && { status }),
          ...(creatorId && { creatorId }),
          ...(from && { after: from }),
        }
        await store.list({ limit: 10, ...query })
      }
    }
  }
  await store.listUnsettled({ limit: 10 })
  await store.listUnsettled({ limit: 10, afterId: 's' })
  await store.findByChannel('ivs', 'channel')
  await store.listEvents({ streamId: 's', afterSeq: 0, limit: 10 })
  await store.listDeniedViewers({ streamId: 's', limit: 10 })
  await store.listDeniedViewers({ streamId: 's', limit: 10, afterUserId: 'u' })
}

async function queryLedger(client: FirestoreClient): Promise<void> {
  const store = firestoreLedgerStore(client)
  const [first] = await store.post([sampleEarning('one'), sampleEarning('two'), sampleEarning('three')], at)
  const owner = 'ava'
  await store.totals({ owner, at })
  await store.totals({ owner, at, before: at })
  const place = { recordedAt: at, seq: first?.transfer.seq ?? 0, position: 0 }
  for (const order of ['oldest', 'newest'] as const) {
    await store.listEntries({ owner, order, limit: 100 })
    const within = { from: at, to: '2027-01-01T00:00:00.000Z' }
    await store.listEntries({ owner, order, limit: 100, after: place, ...within })
  }
  await store.takeSnapshots({ minTail: 2, limit: 10 })
  const payout = { key: 'p', creatorId: owner, currency: 'USD', minimum: 1n, occurredAt: at, recordedAt: at }
  await store.payout({ ...payout, amount: 'all' })
  await store.mature({ at: '2030-01-01T00:00:00.000Z', limit: 10 })
  await store.audit()
}

const tip: Tip = {
  ...{ id: 't', creatorId: 'ava', payerId: 'vic', isAnonymous: false, status: 'pending', gateway: 'stripe' },
  ...{ amount: { amount: 500n, currency: 'USD' }, fee: 75n, net: 425n, refundedTotal: 0n, dispute: 'none' },
  ...{ terms: { feeBps: 1500, holdSeconds: 0 }, refunds: [], disputes: [], strays: [], strayReturns: [] },
  ...{ createdAt: at, expiresAt: at, fingerprint: 'f', version: 1 },
}

async function queryTips(client: FirestoreClient): Promise<void> {
  const store = firestoreTipStore(client)
  const { creatorId, payerId } = tip
  const limits = (['payer', 'payer_and_creator', 'creator'] as const).flatMap((scope) =>
    (['attempts', 'declines', 'amount'] as const).map(
      (counts): VelocityLimit => ({ name: 'limit', scope, windowSeconds: 60, counts, limit: 5000n }),
    ),
  )
  await store.create(tip, limits, at)
  await store.findByCharge('stripe', 'ch_1')
  const filters = { creatorId, payerId, streamId: 's', status: 'completed' as const }
  for (let chosen = 0; chosen < 16; chosen++) {
    const filter = Object.fromEntries(Object.entries(filters).filter((_, index) => chosen & (1 << index)))
    await store.list({ ...filter, limit: 10 })
    await store.list({ ...filter, limit: 10, after: tip })
  }
  await store.claimDue({ at, until: at, limit: 10 })
  await store.claimEvents({ at, until: at, limit: 10 })
  await store.goalTotal({ id: 'g', creatorId })
  const board = { creatorId, currency: 'USD', limit: 10 }
  const days = { from: '2026-01-01', to: '2026-01-31' }
  await store.leaderboard(board)
  await store.leaderboard({ ...board, days })
  await store.leaderboard({ ...board, streamId: 's' })
  await store.leaderboard({ ...board, streamId: 's', days })
  await store.compactTallies({ limit: 10 })
  await store.listBlocked(creatorId, { limit: 10 })
  await store.listBlocked(creatorId, { after: 'vic', limit: 10 })
  await store.listAlerts(creatorId, 1, 10)
  await store.lastAlert(creatorId)
  await store.prune({ before: at })
}
