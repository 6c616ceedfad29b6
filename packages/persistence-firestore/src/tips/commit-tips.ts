import { movementName } from '@stagedoor/ledger'
import { type CommitResult, type InboxEvent, type TipChange, TipError, type TipStore } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import type { FirestoreBatch, FirestoreSnapshot } from '../firestore-client.ts'
import { type Decided, unchanged } from '../guarded-commit.ts'
import { bookTransfers } from '../ledger/book-transfers.ts'
import { findPresent } from '../ledger/find-present.ts'
import { asStored } from '../ledger/transfer-record.ts'
import { enqueue } from './outbox.ts'
import { addTally } from './tallies.ts'
import type { TipContext } from './tip-context.ts'
import { fromTipRecord, toTipRecord } from './tip-record.ts'

/**
 * All changes of a call in one commit: tips under the guard of what was read, transfers and movements as documents that
 * must not be there, and sums and events beside them. Whoever is second finds another version, and has written nothing.
 */
export function commitVerb(context: TipContext): TipStore['commit'] {
  return async (changes, at) => {
    const writeId = crypto.randomUUID()
    return context.commit('commit', () => decide(context, changes, at, writeId))
  }
}

/** The document of an event that was seen. */
export function inboxDocument({ inbox }: TipContext, { gateway, id }: InboxEvent) {
  return inbox.doc(hashedId(gateway, id))
}

async function decide(
  context: TipContext,
  changes: readonly TipChange[],
  at: string,
  writeId: string,
): Promise<Decided<readonly CommitResult[]>> {
  const ids = [...new Set(changes.map(({ tip }) => tip.id))]
  const found = await context.getAll(ids.map((id) => context.tipDocument(id)))
  const snapshots = new Map(ids.map((id, index) => [id, found[index]]))
  const winners = new Map<string, TipChange>()
  let isRepeated = false
  for (const change of changes) {
    const { id, version } = change.tip
    const present = fromTipRecord(snapshots.get(id))
    if (!present || winners.has(id)) continue
    // Ours, by a commit whose answer was lost.
    const isOurs = present.writeId === writeId && present.tip.version === version
    isRepeated ||= isOurs
    if (isOurs || present.tip.version === version - 1) winners.set(id, change)
  }
  const answer = changes.map((change) => (winners.get(change.tip.id) === change ? 'committed' : 'stale'))
  if (isRepeated || winners.size === 0) return { answer }
  const booked = await findBooked(context, [...winners.values()])
  if (booked !== null) {
    // By who was quicker with one of these tips, unless none has changed: the books were read after the tips.
    const again = await context.getAll(ids.map((id) => context.tipDocument(id)))
    const versionOf = (snapshot: FirestoreSnapshot | undefined) => fromTipRecord(snapshot)?.tip.version
    const isOutrun = again.some((snapshot, index) => versionOf(snapshot) !== versionOf(found[index]))
    if (isOutrun) return decide(context, changes, at, writeId)
    throw alreadyBooked(booked)
  }
  return {
    answer,
    write: (batch) =>
      writeChanges(context, batch, { winners: [...winners.values()], snapshots, at, writeId }),
  }
}

interface Write {
  readonly winners: readonly TipChange[]
  readonly snapshots: ReadonlyMap<string, FirestoreSnapshot | undefined>
  readonly at: string
  readonly writeId: string
}

function writeChanges(
  context: TipContext,
  batch: FirestoreBatch,
  { winners, snapshots, at, writeId }: Write,
): void {
  for (const { tip, event, tally, events, checkAt } of winners) {
    const snapshot = snapshots.get(tip.id)
    if (!snapshot) throw new Error(`the tip ${tip.id} was not read`)
    batch.update(snapshot.ref, toTipRecord(tip, { checkAt, writeId }), unchanged(snapshot))
    if (event) batch.set(inboxDocument(context, event), { ...event, at }, { merge: false })
    if (tally) addTally(context, batch, tally)
    enqueue(context, batch, events)
  }
  const transfers = winners.flatMap((change) => change.transfers)
  const stored = transfers.map((transfer) => asStored(transfer, context.nextSeq(), at))
  bookTransfers(context.books, batch, stored, writeId)
}

/** The key of a transfer that is in the books, or whose movement is, or that comes twice; null when there is none. */
async function findBooked(context: TipContext, winners: readonly TipChange[]): Promise<string | null> {
  const transfers = winners.flatMap((change) => change.transfers)
  const present = await findPresent(context, transfers)
  for (const transfer of transfers) {
    const movement = movementName(transfer)
    const booked =
      present.byKey.get(transfer.key)?.transfer ??
      (movement === null ? undefined : present.byMovement.get(movement))
    if (booked) return booked.key
    present.add(asStored(transfer, 0, transfer.occurredAt))
  }
  return null
}

function alreadyBooked(key: string): TipError {
  return new TipError({
    code: 'conflict',
    message: `The ledger has ${key} already, though its tip does not know of it. Nothing was changed; compare the two.`,
  })
}
