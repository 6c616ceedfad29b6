import { creatorResource, type Entry, type PaywallStore, streamResource } from '@stagedoor/paywall'
import type { RunStatement } from '../run-statement.ts'

interface AccessRow {
  readonly entries: readonly Entry[] | null
  readonly is_banned: boolean
  readonly started_at: string | null
}

type AccessReads = Pick<PaywallStore, 'loadAccess' | 'startPreview' | 'findEntries' | 'listEntries'>

/** Reads of a viewer's access, one statement for all that are asked for at once. */
export function accessReads(run: RunStatement, tables: string): AccessReads {
  const text = accessText(tables)
  const startText = `insert into ${tables}.paywall_previews as p (user_id, stream_id, started_at) values ($1, $2, $3)
    on conflict (user_id, stream_id) do update set started_at = p.started_at returning started_at`
  return {
    loadAccess: async (queries) => {
      const rows = await run<AccessRow>('loadAccess', text, [
        queries.map(({ userId }) => userId),
        queries.map(({ streamId }) => streamId),
        queries.map(({ creatorId }) => creatorId),
        queries.map(({ streamId }) => streamResource(streamId)),
        queries.map(({ creatorId }) => creatorResource(creatorId)),
      ])
      return rows.map(({ entries, is_banned, started_at }) => ({
        ...{ entries: entries ?? [], isBanned: is_banned, previewStartedAt: started_at },
      }))
    },
    startPreview: async (userId, streamId, at) => {
      const [row] = await run<{ readonly started_at: string }>('startPreview', startText, [
        userId,
        streamId,
        at,
      ])
      return row?.started_at ?? at
    },
    findEntries: async (sourceRef) => {
      const find = `select entry from ${tables}.paywall_entries where source_ref = $1 order by seq`
      return (await run<{ readonly entry: Entry }>('findEntries', find, [sourceRef])).map(
        ({ entry }) => entry,
      )
    },
    listEntries: async (userId, { after = 0, limit }) => {
      const list = `select seq, entry from ${tables}.paywall_entries where user_id = $1 and seq > $2::bigint
        order by seq limit $3::integer`
      const rows = await run<{ readonly seq: string | number; readonly entry: Entry }>('listEntries', list, [
        ...[userId, after, limit],
      ])
      return rows.map(({ seq, entry }) => ({ position: Number(seq), entry }))
    },
  }
}

/** The viewer's grants to the stream and its creator, with what takes grants of their sources away. */
function accessText(tables: string): string {
  const entries = `${tables}.paywall_entries`
  return `select a.entries,
      exists (select from ${tables}.paywall_bans b where b.user_id = q.user_id and b.creator_id in (q.creator_id, '')) as is_banned,
      (select p.started_at from ${tables}.paywall_previews p where p.user_id = q.user_id and p.stream_id = q.stream_id) as started_at
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      with ordinality as q (user_id, stream_id, creator_id, stream, creator, position)
    cross join lateral (
      with grants as (
        select g.seq, g.source_ref, g.entry from ${entries} g
        where g.user_id = q.user_id and g.detail in (q.stream, q.creator) and g.kind = 'grant'
      ), revocations as (
        select r.seq, r.entry from (select distinct source_ref from grants) s
        join ${entries} r on r.user_id = q.user_id and r.source_ref = s.source_ref and r.kind = 'revocation'
      )
      select json_agg(e.entry order by e.seq) as entries
      from (select seq, entry from grants union all select seq, entry from revocations) e
    ) a
    order by q.position`
}
