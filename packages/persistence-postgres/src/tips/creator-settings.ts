import { type MoneyJson, moneyFromJson, moneyToJson } from '@stagedoor/payment-gateway'
import type { Alert, AlertBody, AlertSettings, TipMenuItem, TipStore } from '@stagedoor/tips'
import { milliseconds, toIso } from '../ledger/transfer-row.ts'
import type { RunStatement } from '../run-statement.ts'

type StoredItem = Omit<TipMenuItem, 'price'> & { readonly price: MoneyJson }
type StoredSettings = Omit<AlertSettings, 'minimums'> & {
  readonly minimums: Readonly<Record<string, string>>
}

/** What a creator sets: the menu, and whose tips are not taken. */
export function menuVerbs(
  run: RunStatement,
  tables: string,
): Pick<TipStore, 'getMenu' | 'putMenu' | 'block' | 'unblock' | 'listBlocked'> {
  return {
    getMenu: async (creatorId) => {
      const text = `select items from ${tables}.tip_menus where creator_id = $1`
      const [row] = await run<{ readonly items: readonly StoredItem[] }>('getMenu', text, [creatorId])
      return (row?.items ?? []).map((item) => ({ ...item, price: moneyFromJson(item.price) }))
    },
    putMenu: async (creatorId, items) => {
      const text = `insert into ${tables}.tip_menus (creator_id, items) values ($1, $2::text::json)
        on conflict (creator_id) do update set items = excluded.items`
      const stored = items.map((item) => ({ ...item, price: moneyToJson(item.price) }))
      await run('putMenu', text, [creatorId, JSON.stringify(stored)])
    },
    block: async (creatorId, { id, payerId, blockedAt }) => {
      const text = `insert into ${tables}.tip_blocks (creator_id, id, payer_id, blocked_at)
        values ($1, $2, $3, $4::text::timestamptz) on conflict do nothing`
      await run('block', text, [creatorId, id, payerId, blockedAt])
    },
    unblock: async (creatorId, id) => {
      await run('unblock', `delete from ${tables}.tip_blocks where creator_id = $1 and id = $2`, [
        creatorId,
        id,
      ])
    },
    listBlocked: async (creatorId, { after, limit }) => {
      const text = `select id, payer_id, ${milliseconds('blocked_at')} as blocked_ms from ${tables}.tip_blocks
        where creator_id = $1 and ($2::text is null or id > $2) order by id limit $3`
      const rows = await run<{ readonly id: string; readonly payer_id: string; readonly blocked_ms: string }>(
        'listBlocked',
        text,
        [...[creatorId, after ?? null, limit]],
      )
      return rows.map(({ id, payer_id, blocked_ms }) => ({
        ...{ id, payerId: payer_id, blockedAt: toIso(blocked_ms) },
      }))
    },
  }
}

/** What overlays read. */
export function alertVerbs(
  run: RunStatement,
  tables: string,
): Pick<TipStore, 'getAlertSettings' | 'putAlertSettings' | 'addAlerts' | 'listAlerts' | 'lastAlert'> {
  return {
    getAlertSettings: async (creatorId) => {
      const text = `select settings from ${tables}.tip_alert_settings where creator_id = $1`
      const [row] = await run<{ readonly settings: StoredSettings }>('getAlertSettings', text, [creatorId])
      if (!row) return null
      const minimums = Object.entries(row.settings.minimums).map(([currency, least]) => [
        currency,
        BigInt(least),
      ])
      return { ...row.settings, minimums: Object.fromEntries(minimums) }
    },
    putAlertSettings: async (settings) => {
      const text = `insert into ${tables}.tip_alert_settings (creator_id, settings) values ($1, $2::text::json)
        on conflict (creator_id) do update set settings = excluded.settings`
      const minimums = Object.entries(settings.minimums).map(([currency, least]) => [currency, `${least}`])
      const stored = { ...settings, minimums: Object.fromEntries(minimums) }
      await run('putAlertSettings', text, [settings.creatorId, JSON.stringify(stored)])
    },
    addAlerts: async (alerts) => {
      if (alerts.length === 0) return
      await run('addAlerts', `select ${tables}.tips_add_alerts($1::text::json)`, [JSON.stringify(alerts)])
    },
    listAlerts: async (creatorId, afterSeq, limit) => {
      const text = `select seq, id, ${milliseconds('at')} as at_ms, body from ${tables}.tip_alerts
        where creator_id = $1 and seq > $2::text::bigint order by seq limit $3`
      const rows = await run<{
        readonly seq: string | number
        readonly id: string
        readonly at_ms: string
        readonly body: AlertBody
      }>('listAlerts', text, [creatorId, `${afterSeq}`, limit])
      return rows.map(
        ({ seq, id, at_ms, body }): Alert => ({ creatorId, id, body, seq: Number(seq), at: toIso(at_ms) }),
      )
    },
    lastAlert: async (creatorId) => {
      const text = `select coalesce(max(seq), 0)::text as seq from ${tables}.tip_alerts where creator_id = $1`
      const [row] = await run<{ readonly seq: string }>('lastAlert', text, [creatorId])
      return Number(row?.seq ?? 0)
    },
  }
}
