import type { BlockedPayer, TipStore } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import type { FirestoreDocument } from '../firestore-client.ts'
import { foundFields } from '../written-fields.ts'
import type { TipContext } from './tip-context.ts'

/** The document that is there while a creator does not take tips of a payer. */
export function blockDocument({ blocks }: TipContext, creatorId: string, payerId: string): FirestoreDocument {
  return blocks.doc(hashedId(creatorId, payerId))
}

/** Payers whose tips creators do not take. */
export function blockVerbs(context: TipContext): Pick<TipStore, 'block' | 'unblock' | 'listBlocked'> {
  return {
    block: async (creatorId, payerId, at) => {
      const document = blockDocument(context, creatorId, payerId)
      await context.commit('block', async () => {
        if ((await document.get()).exists) return { answer: null }
        return {
          answer: null,
          write: (batch) => batch.create(document, { creatorId, payerId, blockedAt: at }),
        }
      })
    },
    unblock: async (creatorId, payerId) => {
      await context.call('unblock', () => blockDocument(context, creatorId, payerId).delete())
    },
    listBlocked: (creatorId, { after, limit }) =>
      context.call('listBlocked', async () => {
        let query = context.blocks.where('creatorId', '==', creatorId)
        if (after !== undefined) query = query.where('payerId', '>', after)
        const { docs } = await query.orderBy('payerId').limit(limit).get()
        return docs.map((snapshot) => {
          const { payerId, blockedAt } = foundFields<BlockedPayer>(snapshot)
          return { payerId, blockedAt }
        })
      }),
  }
}
