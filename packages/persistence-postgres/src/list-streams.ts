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

  function ofStatuses({ status, after, limit }: ListStreamsQuery & { status: readonly string[] }) {
    const text = `select ${columns} from unnest($1::text[]) as wanted (status) cross join lateral (
      select * from ${tables}.streams s
      where s.status = wanted.status ${after ? 'and (s.created_at, s.id) < ($3, $4)' : ''}
      ${newestFirst} limit $2
    ) s ${newestFirst} limit $2`
    const values = [[...new Set(status)], limit, ...(after ? [after.createdAt, after.id] : [])]
    return { text, values }
  }
}

function byStatus(query: ListStreamsQuery): query is ListStreamsQuery & { status: readonly string[] } {
  return query.status !== undefined && query.creatorId === undefined
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
