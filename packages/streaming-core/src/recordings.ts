import type { Recording, ViewerAccessOptions } from './adapter.ts'
import { requireCapability } from './capability.ts'
import type { CoreContext } from './core-context.ts'
import { StreamingError } from './errors.ts'
import type { RecordedFile, Stream } from './stream.ts'
import type { Page } from './stream-store.ts'

/**
 * Finished recordings of a stream, newest first. While the stream has its channel the provider is asked; after that its
 * last answer is the truth, as providers forget.
 */
export async function pageOfRecordings(
  context: CoreContext,
  stream: Stream,
  query: { readonly cursor?: string; readonly limit: number },
  options: ViewerAccessOptions,
): Promise<Page<Recording>> {
  const { channel } = stream
  if (!stream.recording) return { items: [], nextCursor: null }
  const adapter = context.adapter(stream.adapterId)
  const recording = requireCapability(adapter, 'recording')
  const { signal } = options
  const listed = channel
    ? await context.call(adapter, () => recording.list(channel, signal ? { signal } : {}))
    : { items: [] }
  const files = mergeRecordings(listed.items, stream.recordings)
  const begin = query.cursor === undefined ? 0 : placeAfter(files, query.cursor)
  const page = files.slice(begin, begin + query.limit)
  const items = await Promise.all(
    page.map((file) => context.call(adapter, () => recording.play(file, options))),
  )
  const last = page.at(-1)
  return { items, nextCursor: last && begin + query.limit < files.length ? last.id : null }
}

/** Newest first, each once. */
export function mergeRecordings(...lists: readonly (readonly RecordedFile[])[]): readonly RecordedFile[] {
  const byId = new Map(lists.flat().map((file) => [file.id, file]))
  return [...byId.values()].sort((left, right) => {
    if (left.startedAt !== right.startedAt) return left.startedAt < right.startedAt ? 1 : -1
    return left.id < right.id ? 1 : -1
  })
}

function placeAfter(files: readonly RecordedFile[], cursor: string): number {
  const place = files.findIndex(({ id }) => id === cursor)
  if (place >= 0) return place + 1
  throw new StreamingError({
    code: 'invalid_input',
    field: 'cursor',
    message:
      'No recording of this stream has this cursor. Pass the nextCursor of the page before, unchanged.',
  })
}
