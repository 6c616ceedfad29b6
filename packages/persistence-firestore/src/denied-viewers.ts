import type { StreamStore } from '@stagedoor/streaming-core'
import { hashedId, isDocumentId, requireDocumentId } from './document-id.ts'
import type { StoreContext } from './store-context.ts'

type DeniedViewers = Pick<StreamStore, 'denyViewer' | 'allowViewer' | 'isViewerDenied' | 'listDeniedViewers'>

/** A document for each viewer who was removed, beside the stream's record. */
export function deniedViewers(context: StoreContext): DeniedViewers {
  const documentOf = (streamId: string, userId: string) => context.denied(streamId).doc(hashedId(userId))

  return {
    denyViewer: async (streamId, userId, at) => {
      requireDocumentId(streamId)
      await context.call('denyViewer', () => documentOf(streamId, userId).set({ userId, at }))
    },

    allowViewer: async (streamId, userId) => {
      if (!isDocumentId(streamId)) return
      await context.call('allowViewer', () => documentOf(streamId, userId).delete())
    },

    isViewerDenied: async (streamId, userId) => {
      if (!isDocumentId(streamId)) return false
      return (await context.call('isViewerDenied', () => documentOf(streamId, userId).get())).exists
    },

    listDeniedViewers: async ({ streamId, afterUserId, limit }) => {
      if (!isDocumentId(streamId)) return []
      const denied = context.denied(streamId)
      const from = afterUserId === undefined ? denied : denied.where('userId', '>', afterUserId)
      const query = from.orderBy('userId').limit(limit)
      const { docs } = await context.call('listDeniedViewers', () => query.get())
      return docs.map((snapshot) => String(snapshot.data()?.userId))
    },
  }
}
