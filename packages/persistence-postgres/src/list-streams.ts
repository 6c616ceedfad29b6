import type { ListStreamsQuery, StreamStore } from '@stagedoor/streaming-core'
import type { RunStatement } from './run-statement.ts'
import { type StreamRow, streamColumns, toStream } from './stream-row.ts'

const newestFirst = 'order by s.created_at desc, s.id desc'

/**
 * Each combination of filters reads from an index that is in the order of the list, and stops at the limit: by creator,
 * by status (a page of each one that is asked for, merged), or over all.
 */
export function listStreamsVerb(run: RunStatement, tables: string): StreamStore['list'] {
  const columns = streamColumns('s')
  return async (query) => {
    const { text, values } = byStatus(query) ? ofStatuses(query) : plain(query)
    return (await run<StreamRow>('list', text, values)).map(toStream)
  }

  function plain({ status, creatorId, after, limit }: ListStreamsQuery) {
    const values: unknown[] = []
    const value = (one: unknown) => `$${values.push(one)}`
    const filters = [
      ...(creatorId === undefined ? [] : [`s.creator_id = ${value(creatorId)}`]),
      ...(status === undefined ? [] : [`s.status = any (${value([...status])}::text[])`]),
      ...(after === undefined
        ? []
        : [`(s.created_at, s.id) < (${value(after.createdAt)}, ${value(after.id)})`]),
    ]
    const where = filters.length === 0 ? '' : `where ${filters.join(' and ')}`
    const text = `select ${columns} from ${tables}.streams s ${where} ${newestFirst} limit ${value(limit)}`
    return { text, values }
  }

  // A page of each, as the planner sees how rare each one is only when it stands alone.
  function ofStatuses({ status, after, limit }: ListStreamsQuery & { status: readonly string[] }) {
    const values: unknown[] = [limit, ...(after ? [after.createdAt, after.id] : [])]
    const further = after ? 'and (s.created_at, s.id) < ($2, $3)' : ''
    const pages = [...new Set(status)].map(
      (one) => `(select ${columns} from ${tables}.streams s
        where s.status = $${values.push(one)} ${further} ${newestFirst} limit $1)`,
    )
    return { text: `select * from (${pages.join(' union all ')}) s ${newestFirst} limit $1`, values }
  }
}

function byStatus(query: ListStreamsQuery): query is ListStreamsQuery & { status: readonly string[] } {
  return query.status !== undefined && query.status.length > 0 && query.creatorId === undefined
}

export function listUnsettledVerb(run: RunStatement, tables: string): StreamStore['listUnsettled'] {
  // Word for word the condition of the index.
  const text = (after: string) => `select ${streamColumns('s')} from ${tables}.streams s
    where (s.is_open or s.channel_id is not null) ${after} order by s.id limit $1`
  const [first, further] = [text(''), text('and s.id > $2')]
  return async ({ afterId, limit }) => {
    const rows = await (afterId === undefined
      ? run<StreamRow>('listUnsettled', first, [limit])
      : run<StreamRow>('listUnsettled', further, [limit, afterId]))
    return rows.map(toStream)
  }
}
