import type { Stream, StreamStore } from '@stagedoor/streaming-core'
import { isDocumentId } from './document-id.ts'
import type { FirestoreQuery } from './firestore-client.ts'
import type { StoreContext } from './store-context.ts'
import { channelKeyOf, fromRecord } from './stream-record.ts'

type FindStreams = Pick<StreamStore, 'get' | 'findByChannel' | 'list' | 'listUnsettled'>

/** Reads of streams. Each query has its index in `firestore.indexes.json`. */
export function findStreams(context: StoreContext): FindStreams {
  const { records } = context

  const run = async (operation: string, query: FirestoreQuery): Promise<readonly Stream[]> => {
    const { docs } = await context.call(operation, () => query.get())
    return docs.flatMap((snapshot) => fromRecord(snapshot)?.stream ?? [])
  }

  return {
    get: async (streamId) => {
      if (!isDocumentId(streamId)) return null
      return fromRecord(await context.call('get', () => records.doc(streamId).get()))?.stream ?? null
    },

    findByChannel: async (adapterId, channelId) => {
      const query = records.where('channelKey', '==', channelKeyOf(adapterId, channelId)).limit(1)
      return (await run('findByChannel', query))[0] ?? null
    },

    list: async ({ status, creatorId, after, limit }) => {
      if (status?.length === 0) return []
      let query: FirestoreQuery = records
      if (creatorId !== undefined) query = query.where('creatorId', '==', creatorId)
      if (status) query = query.where('status', 'in', [...new Set(status)])
      query = query.orderBy('createdAt', 'desc').orderBy('id', 'desc')
      if (after) query = query.startAfter(after.createdAt, after.id)
      return run('list', query.limit(limit))
    },

    listUnsettled: async ({ afterId, limit }) => {
      let query = records.where('unsettled', '==', true)
      if (afterId !== undefined) query = query.where('id', '>', afterId)
      return run('listUnsettled', query.orderBy('id').limit(limit))
    },
  }
}
