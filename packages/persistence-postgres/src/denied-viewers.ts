import type { StreamStore } from '@stagedoor/streaming-core'
import type { RunStatement } from './run-statement.ts'

/** Who is kept out of which stream. */
export function deniedViewers(
  run: RunStatement,
  tables: string,
): Pick<StreamStore, 'denyViewer' | 'allowViewer' | 'isViewerDenied' | 'listDeniedViewers'> {
  const table = `${tables}.denied_viewers`
  const denyText = `insert into ${table} (stream_id, user_id, denied_at) values ($1, $2, $3::text::timestamptz)
    on conflict do nothing`
  const allowText = `delete from ${table} where stream_id = $1 and user_id = $2`
  const isDeniedText = `select from ${table} where stream_id = $1 and user_id = $2`
  const listText = (after: string) =>
    `select user_id from ${table} where stream_id = $1 ${after} order by user_id limit $2`

  return {
    denyViewer: async (streamId, userId, at) => {
      await run('denyViewer', denyText, [streamId, userId, at])
    },

    allowViewer: async (streamId, userId) => {
      await run('allowViewer', allowText, [streamId, userId])
    },

    isViewerDenied: async (streamId, userId) =>
      (await run('isViewerDenied', isDeniedText, [streamId, userId])).length > 0,

    listDeniedViewers: async ({ streamId, afterUserId, limit }) => {
      const text = listText(afterUserId === undefined ? '' : 'and user_id > $3')
      const values = [streamId, limit, ...(afterUserId === undefined ? [] : [afterUserId])]
      const rows = await run<{ readonly user_id: string }>('listDeniedViewers', text, values)
      return rows.map((row) => row.user_id)
    },
  }
}
