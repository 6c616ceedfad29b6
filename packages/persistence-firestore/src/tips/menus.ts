import type { TipMenuItem, TipStore } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import { type Stored, toStored } from './stored-value.ts'
import type { TipContext } from './tip-context.ts'
import { fromMoney } from './tip-record.ts'

/** What creators do for tips. */
export function menuVerbs(context: TipContext): Pick<TipStore, 'getMenu' | 'putMenu'> {
  const documentOf = (creatorId: string) => context.menus.doc(hashedId(creatorId))
  return {
    getMenu: (creatorId) =>
      context.call('getMenu', async () => {
        const data = (await documentOf(creatorId).get()).data()
        const items = (data?.items ?? []) as Stored<readonly TipMenuItem[]>
        return items.map((item) => ({ ...item, price: fromMoney(item.price) }))
      }),
    putMenu: async (creatorId, items) => {
      await context.call('putMenu', () => documentOf(creatorId).set({ ...toStored({ creatorId, items }) }))
    },
  }
}
