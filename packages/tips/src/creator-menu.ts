import { invalidInput } from './errors.ts'
import type { TipMenuItem } from './tip-menu.ts'
import type { TipMenuItemInput } from './tips.ts'
import type { TipsContext } from './tips-context.ts'
import { inWords, readMoney, readTitle, refuseUnknownFields, requireId } from './validate.ts'

const maxItems = 50

/** Replaces a creator's menu. */
export async function setMenu(
  context: TipsContext,
  creatorId: string,
  items: readonly TipMenuItemInput[],
): Promise<readonly TipMenuItem[]> {
  requireId('creatorId', creatorId)
  if (!Array.isArray(items) || items.length > maxItems)
    throw invalidInput('items', `at most ${maxItems} items`)
  const menu = items.map((item, index) => readItem(context, item, `items.${index}`))
  const ids = new Set(menu.map(({ id }) => id))
  if (ids.size !== menu.length) throw invalidInput('items', 'ids must differ')
  await context.settings.store.putMenu(creatorId, menu)
  return menu
}

function readItem({ settings }: TipsContext, item: TipMenuItemInput, field: string): TipMenuItem {
  refuseUnknownFields(field, item, ['id', 'title', 'price'])
  if (item.id !== undefined) requireId(`${field}.id`, item.id)
  const title = readTitle(`${field}.title`, item.title, 100)
  const price = readMoney(`${field}.price`, item.price)
  const range = Object.hasOwn(settings.currencies, price.currency) && settings.currencies[price.currency]
  if (!range) throw invalidInput(`${field}.price.currency`, `tips in ${price.currency} are not taken`)
  if (price.amount < range.minimum || price.amount > range.maximum) {
    throw invalidInput(
      `${field}.price`,
      `a tip is from ${inWords(range.minimum, price)} to ${inWords(range.maximum, price)}`,
    )
  }
  return { id: item.id ?? `item_${crypto.randomUUID().replaceAll('-', '')}`, title, price }
}
