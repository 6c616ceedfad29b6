import type { CallOptions, ChannelState } from './adapter.ts'
import { StreamingError } from './errors.ts'
import { signMemoryWebhook } from './memory-webhook.ts'
import type { ProviderEvent } from './provider-event.ts'
import type { Channel, StreamSession } from './stream.ts'

/** A call of the memory adapter that can be made to fail. */
export type MemoryOperation =
  | 'createChannel'
  | 'getChannel'
  | 'listChannels'
  | 'hostAccess'
  | 'viewerAccess'
  | 'endChannel'
  | 'rotate'

/** Plays the encoder, the provider and its failures for a memory adapter. Channels are named by `Channel.id`. */
export interface MemoryControl {
  /** A session begins, as when an encoder connects. */
  goLive(channelId: string): ProviderEvent
  /** The encoder is lost and the session held. */
  loseEncoder(channelId: string): ProviderEvent
  /** The encoder is back in the same session. */
  resume(channelId: string): ProviderEvent
  /** The session ends. */
  endSession(channelId: string): ProviderEvent
  /** The channel is gone without our doing. */
  vanish(channelId: string): void
  setViewers(channelId: string, viewers: number): void
  /** The next call fails: `before` it had an effect, or `after`, as when a response is lost. */
  failNext(operation: MemoryOperation, when: 'before' | 'after'): void
  /** Takes failures back that have not happened yet. */
  clearFailures(): void
  /** Ids of all channels that exist. */
  channelIds(): readonly string[]
  /** The request that the provider would send for an event, signed. */
  signTestWebhook(event: ProviderEvent, url?: string): Promise<Request>
}

interface MemoryChannel {
  readonly channel: Channel
  readonly streamId: string
  streamKey: string
  status: ChannelState['status']
  viewers: number
  session: StreamSession | null
}

/** The provider behind `memory()`: its channels, its clock and its failures. */
export function createMemoryProvider(options: {
  readonly clock: () => Date
  readonly webhookSecret: string
}) {
  const channels = new Map<string, MemoryChannel>()
  const failures = new Map<MemoryOperation, 'before' | 'after'>()
  let counter = 0
  const now = () => options.clock().toISOString()
  const newKey = () => `sk_memory_${crypto.randomUUID()}`

  const need = (channelId: string): MemoryChannel => {
    const found = channels.get(channelId)
    if (found) return found
    throw new StreamingError({
      code: 'not_found',
      provider: 'memory',
      message: `There is no channel "${channelId}".`,
    })
  }
  const state = (channelId: string): ChannelState | null => {
    const found = channels.get(channelId)
    if (!found) return null
    const { channel, streamId, status, viewers, session } = found
    return { channel, streamId, status, viewers, session }
  }
  const emit = (
    found: MemoryChannel,
    type: 'session.started' | 'session.interrupted' | 'session.resumed' | 'session.ended',
  ): ProviderEvent => {
    const sessionId = found.session?.id ?? ''
    return { id: `event-${++counter}`, type, channelId: found.channel.id, sessionId, occurredAt: now() }
  }
  const failure = (operation: MemoryOperation) =>
    new StreamingError({
      code: 'provider_unavailable',
      provider: 'memory',
      message: `The memory provider was told to fail ${operation}.`,
    })

  const control: MemoryControl = {
    goLive: (channelId) => {
      const found = need(channelId)
      if (found.status !== 'offline') return emit(found, 'session.started')
      found.status = 'live'
      found.session = { id: `session-${++counter}`, startedAt: now() }
      return emit(found, 'session.started')
    },
    loseEncoder: (channelId) => {
      const found = need(channelId)
      if (found.status === 'live') found.status = 'interrupted'
      return emit(found, 'session.interrupted')
    },
    resume: (channelId) => {
      const found = need(channelId)
      if (found.status === 'interrupted') found.status = 'live'
      return emit(found, 'session.resumed')
    },
    endSession: (channelId) => {
      const found = need(channelId)
      found.status = 'offline'
      found.viewers = 0
      if (found.session && !found.session.endedAt) found.session = { ...found.session, endedAt: now() }
      return emit(found, 'session.ended')
    },
    vanish: (channelId) => void channels.delete(channelId),
    setViewers: (channelId, viewers) => {
      need(channelId).viewers = viewers
    },
    failNext: (operation, when) => void failures.set(operation, when),
    clearFailures: () => failures.clear(),
    channelIds: () => [...channels.keys()],
    signTestWebhook: (event, url) => signMemoryWebhook(event, options.webhookSecret, url),
  }

  return {
    control,
    state,
    states: (): ChannelState[] => [...channels.keys()].flatMap((channelId) => state(channelId) ?? []),
    require: (channel: Channel) => need(channel.id),
    createChannel: (streamId: string): Channel => {
      const channelId = `channel-${streamId}`
      const existing = channels.get(channelId)
      if (existing) return existing.channel
      const channel: Channel = { id: channelId, details: { streamId } }
      const fresh = {
        channel,
        streamId,
        streamKey: newKey(),
        status: 'offline',
        viewers: 0,
        session: null,
      } as const
      channels.set(channelId, { ...fresh })
      return channel
    },
    deleteChannel: (channelId: string): void => void channels.delete(channelId),
    rotate: (channel: Channel): void => {
      need(channel.id).streamKey = newKey()
    },
    /** Runs one call with the failure that was asked for, and honours the caller's signal. */
    run: async <Result>(
      operation: MemoryOperation,
      callOptions: CallOptions | undefined,
      work: () => Result,
    ): Promise<Result> => {
      if (callOptions?.signal?.aborted) {
        throw new StreamingError({
          code: 'aborted',
          provider: 'memory',
          message: `${operation} was aborted.`,
        })
      }
      const when = failures.get(operation)
      failures.delete(operation)
      if (when === 'before') throw failure(operation)
      const result = work()
      if (when === 'after') throw failure(operation)
      return result
    },
  }
}
