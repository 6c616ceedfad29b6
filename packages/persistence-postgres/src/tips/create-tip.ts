import { type CreateTipResult, decodeTip, encodeTip, type StoredTip, type TipStore } from '@stagedoor/tips'
import type { RunStatement } from '../run-statement.ts'

interface Row {
  readonly outcome: 'created' | 'exists' | 'blocked' | 'limited'
  readonly found: StoredTip | null
  readonly limit_index: number | null
  readonly retry_seconds: number | null
}

/** One statement: what is there, blocks and limits are looked at under a lock of the payer's own. */
export function createVerb(run: RunStatement, tables: string): TipStore['create'] {
  const text = `select outcome, found, limit_index, retry_seconds from ${tables}.tips_create($1::text::json, $2::text::json)`
  return async (tip, limits, checkAt): Promise<CreateTipResult> => {
    const { id, creatorId, payerId, streamId, status, amount, createdAt, version } = tip
    const given = {
      ...{ id, creator: creatorId, payer: payerId, stream: streamId, status, created: createdAt, version },
      ...{ currency: amount.currency, amount: `${amount.amount}`, document: encodeTip(tip), check: checkAt },
    }
    const rules = limits.map(({ scope, counts, windowSeconds, limit }) => ({
      ...{ scope, counts, seconds: windowSeconds, limit: `${limit}` },
    }))
    const [row] = await run<Row>('create', text, [JSON.stringify(given), JSON.stringify(rules)])
    const limit = row?.limit_index == null ? undefined : limits[row.limit_index]
    if (row?.outcome === 'exists' && row.found) return { outcome: 'exists', tip: decodeTip(row.found) }
    if (row?.outcome === 'blocked') return { outcome: 'blocked' }
    if (row?.outcome === 'limited' && limit) {
      return { outcome: 'limited', limit, retryAfterSeconds: Number(row.retry_seconds) }
    }
    return { outcome: 'created', tip }
  }
}
