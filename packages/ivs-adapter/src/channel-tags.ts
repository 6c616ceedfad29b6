import { createHash } from 'node:crypto'
import { type CreateChannelInput, StreamingError } from '@stagedoor/streaming-core'

const namespaceTag = 'stagedoor:namespace'
const streamIdTag = 'stagedoor:streamId'
const creatorIdTag = 'stagedoor:creatorId'
const createdAtTag = 'stagedoor:createdAt'

/** IVS allows 128 characters of letters, digits, `-` and `_`. */
const maxNameLength = 128

/** The name that every try to make a stream's channel uses, so that one can be found by it. */
export function channelName(namespace: string, streamId: string): string {
  const name = `${namespace}-${streamId}`
  if (name.length <= maxNameLength && /^[A-Za-z0-9_-]+$/.test(streamId)) return name
  return `${namespace}-${createHash('sha256').update(streamId).digest('hex')}`
}

/** Tags that say whose channel it is. */
export function channelTags(
  namespace: string,
  { streamId, creatorId }: CreateChannelInput,
  now: Date,
): Record<string, string> {
  if (streamId === '' || tagValue(streamId) !== streamId) {
    throw new StreamingError({
      code: 'invalid_input',
      provider: 'ivs',
      field: 'streamId',
      message:
        'streamId takes 1 to 256 letters, digits, spaces and _ . : / = + - @, as it becomes an AWS tag.',
    })
  }
  return {
    [namespaceTag]: namespace,
    [streamIdTag]: streamId,
    [creatorIdTag]: tagValue(creatorId),
    [createdAtTag]: now.toISOString(),
  }
}

/** The stream that a channel was made for; null on a channel of another namespace or of somebody else. */
export function taggedStreamId(
  namespace: string,
  tags: Readonly<Record<string, string>> | undefined,
): string | null {
  return tags?.[namespaceTag] === namespace ? (tags[streamIdTag] ?? null) : null
}

/** When the channel was asked for; channels without it sort last. */
export function taggedCreation(tags: Readonly<Record<string, string>> | undefined): string {
  return tags?.[createdAtTag] ?? '~'
}

/** AWS allows 256 letters, digits, spaces and `_.:/=+-@` in a tag; nothing is read from what had to be replaced. */
function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, '_').slice(0, 256)
}
