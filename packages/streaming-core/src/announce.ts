import type { CoreContext } from './core-context.ts'
import { StreamingError } from './errors.ts'
import { validateStreamId } from './validate-input.ts'

/** What Postgres carries in a notification is 8000 bytes at most. */
const maxBytes = 4096

/** The names of what the SDK itself tells. */
const ownNames = /^(stream|viewers?|budget)\./

/** Tells the viewers of a stream of something of the platform's. */
export async function announce(
  context: CoreContext,
  streamId: string,
  name: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  validateStreamId(streamId)
  if (!/^[a-z_]{1,40}\.[a-z_]{1,40}$/.test(name) || ownNames.test(name)) {
    throw invalid(
      'name',
      'name takes a noun and a verb such as tip.completed, and none of the names of the SDK.',
    )
  }
  const size = new TextEncoder().encode(JSON.stringify(data)).length
  if (size > maxBytes) throw invalid('data', `data takes at most ${maxBytes} bytes of JSON, not ${size}.`)
  await context.bus.publish({ streamId, type: 'stream.announced', name, data })
}

function invalid(field: string, message: string): StreamingError {
  return new StreamingError({ code: 'invalid_input', field, message })
}
