import type { TipStore } from '@stagedoor/tips'
import type { FirestoreDocument, FirestoreQuery } from '../firestore-client.ts'
import { inboxDocument } from './commit-tips.ts'
import type { TipContext } from './tip-context.ts'
import { chargeName, fromTipRecord } from './tip-record.ts'

/** Reads of tips. Each query has its indexes in `firestore.indexes.json`. */
export function findVerbs(context: TipContext): Pick<TipStore, 'load' | 'findByCharge' | 'list'> {
  const { tips } = context
  return {
    load: (queries) =>
      context.call('load', async () => {
        const documents = new Map<string, FirestoreDocument>()
        for (const { tipId, event } of queries) {
          for (const document of [
            context.tipDocument(tipId),
            ...(event ? [inboxDocument(context, event)] : []),
          ]) {
            documents.set(document.path, document)
          }
        }
        // Together, as an event that is seen must come with the tip that it changed.
        const found = await context.getAll([...documents.values()])
        const byPath = new Map(found.map((snapshot) => [snapshot.ref.path, snapshot]))
        return queries.map(({ tipId, event }) => ({
          tip: fromTipRecord(byPath.get(context.tipDocument(tipId).path))?.tip ?? null,
          isSeen: event !== undefined && byPath.get(inboxDocument(context, event).path)?.exists === true,
        }))
      }),

    findByCharge: (gateway, chargeRef) =>
      context.call('findByCharge', async () => {
        const query = tips.where('charges', 'array-contains', chargeName(gateway, chargeRef)).limit(1)
        return fromTipRecord((await query.get()).docs[0])?.tip ?? null
      }),

    list: ({ creatorId, payerId, streamId, status, after, limit }) =>
      context.call('list', async () => {
        let query: FirestoreQuery = tips
        for (const [field, value] of Object.entries({ creatorId, payerId, streamId, status })) {
          if (value !== undefined) query = query.where(field, '==', value)
        }
        query = query.orderBy('createdAt', 'desc').orderBy('id', 'desc')
        if (after) query = query.startAfter(after.createdAt, after.id)
        const { docs } = await query.limit(limit).get()
        return docs.flatMap((snapshot) => fromTipRecord(snapshot)?.tip ?? [])
      }),
  }
}
