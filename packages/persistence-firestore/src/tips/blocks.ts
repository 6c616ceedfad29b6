import type { BlockedPayer, TipStore } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import { foundFields } from '../written-fields.ts'
import type { TipContext } from './tip-context.ts'

/** Tells whether a creator does not take tips of a payer, for whichever reason. */
export async function isBlocked(
  { blocks }: TipContext,
  { creatorId, payerId }: { readonly creatorId: string; readonly payerId: string },
): Promise<boolean> {
  const query = blocks.where('creatorId', '==', creatorId).where('payerId', '==', payerId)
  return (await query.limit(1).get()).docs.length > 0
}

/** Payers whose tips creators do not take: a document for each reason. */
export function blockVerbs(context: TipContext): Pick<TipStore, 'block' | 'unblock' | 'listBlocked'> {
  const documentOf = (creatorId: string, id: string) => context.blocks.doc(hashedId(creatorId, id))
  return {
    block: async (creatorId, { id, payerId, blockedAt }) => {
      const document = documentOf(creatorId, id)
      await context.commit('block', async () => {
        if ((await document.get()).exists) return { answer: null }
        return {
          answer: null,
          write: (batch) => batch.create(document, { creatorId, id, payerId, blockedAt }),
        }
      })
    },
    unblock: async (creatorId, id) => {
      await context.call('unblock', () => documentOf(creatorId, id).delete())
    },
    listBlocked: (creatorId, { after, limit }) =>
      context.call('listBlocked', async () => {
        let query = context.blocks.where('creatorId', '==', creatorId)
        if (after !== undefined) query = query.where('id', '>', after)
        const { docs } = await query.orderBy('id').limit(limit).get()
        return docs.map((snapshot) => {
          const { id, payerId, blockedAt } = foundFields<BlockedPayer>(snapshot)
          return { id, payerId, blockedAt }
        })
      }),
  }
}
