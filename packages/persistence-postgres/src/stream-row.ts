import { isOpen, type Stream } from '@stagedoor/streaming-core'

/** What is queried, guarded or counted has a column; all else of a stream is in its document, new fields too. */
type Columns = 'id' | 'creatorId' | 'status' | 'adapterId' | 'createdAt' | 'version' | 'viewers' | 'usage'

/** A stream as the database answers it: numbers of 64 bits come as text from `pg` and as numbers from PGlite. */
export interface StreamRow {
  readonly id: string
  readonly creator_id: string
  readonly status: Stream['status']
  readonly adapter_id: string
  readonly created_at: string
  readonly version: number
  readonly last_seq: number
  readonly viewers_current: number
  readonly viewers_peak: number
  readonly live_ms: string | number
  readonly viewer_ms: string | number
  readonly metered_until: string | null
  readonly document: string
}

/** The columns of a {@link StreamRow}. The document comes as text, so no type parser of the pool's owner matters. */
export function streamColumns(alias: string): string {
  const plain = [
    ...['id', 'creator_id', 'status', 'adapter_id', 'created_at', 'version', 'last_seq'],
    ...['viewers_current', 'viewers_peak', 'live_ms', 'viewer_ms', 'metered_until'],
  ]
  return [...plain.map((name) => `${alias}.${name}`), `${alias}.document::text as document`].join(', ')
}

export function toStream(row: StreamRow): Stream {
  const document = JSON.parse(row.document) as Omit<Stream, Columns>
  return {
    ...document,
    id: row.id,
    creatorId: row.creator_id,
    status: row.status,
    adapterId: row.adapter_id,
    createdAt: row.created_at,
    version: Number(row.version),
    viewers: { current: Number(row.viewers_current), peak: Number(row.viewers_peak) },
    usage: { liveMs: Number(row.live_ms), viewerMs: Number(row.viewer_ms), until: row.metered_until },
  }
}

/** What both an insert and a transition write as it stands, in the order of their first values. */
export function storedValues(stream: Stream): readonly unknown[] {
  const { id, creatorId, status, adapterId, createdAt, version, viewers, usage, ...document } = stream
  return [
    creatorId,
    status,
    isOpen(stream),
    adapterId,
    stream.channel?.id ?? null,
    createdAt,
    JSON.stringify(document),
  ]
}
