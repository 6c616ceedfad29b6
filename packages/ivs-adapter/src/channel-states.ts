import {
  GetChannelCommand,
  GetStreamCommand,
  GetStreamSessionCommand,
  ListChannelsCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-ivs'
import {
  type CallOptions,
  type ChannelState,
  isStreamingError,
  type StreamingAdapter,
  type StreamSession,
} from '@stagedoor/streaming-core'
import { z } from 'zod'
import { requireRegion } from './channel-arn.ts'
import { taggedStreamId } from './channel-tags.ts'
import { isIvsError } from './errors.ts'
import type { IvsApi } from './ivs-api.ts'
import { channelSchema, channelSummarySchema, toChannel } from './map-channel.ts'
import { sessionSchema, streamSchema, toSession, toStreamState } from './map-stream.ts'
import type { IvsConfig } from './resolve-options.ts'

const channelAnswer = z.object({ channel: channelSchema })
const streamAnswer = z.object({ stream: streamSchema })
const sessionAnswer = z.object({ streamSession: sessionSchema })
const channelPage = z.object({ channels: z.array(channelSummarySchema), nextToken: z.string().optional() })
const streamPage = z.object({ streams: z.array(streamSchema), nextToken: z.string().optional() })

type Live = ReturnType<typeof toStreamState>

/** The verbs that read what IVS knows now. */
export function channelStates(
  api: IvsApi,
  config: IvsConfig,
): Pick<StreamingAdapter, 'getChannel' | 'listChannels'> {
  return {
    getChannel: async ({ id: arn, details }, options = {}) => {
      requireRegion(arn, config.region)
      const [channel, live] = await Promise.all([
        orNull(api.call('GetChannel', new GetChannelCommand({ arn }), channelAnswer, options)),
        getLive(api, arn, options),
      ])
      if (!channel) return null
      const base = {
        channel: toChannel(channel.channel, details.streamKeyArn),
        streamId: taggedStreamId(config.namespace, channel.channel.tags),
      }
      if (live) return { ...base, ...live }
      return { ...base, status: 'offline', viewers: 0, session: await newestSession(api, arn, options) }
    },
    listChannels: (options = {}) => list(api, config, options),
  }
}

/** Two calls for every hundred channels: who is live, then all channels, as their tags are in the list. */
async function* list(api: IvsApi, config: IvsConfig, options: CallOptions): AsyncIterable<ChannelState> {
  const live = new Map<string, Live>()
  for await (const { streams } of pages((token) =>
    api.call('ListStreams', new ListStreamsCommand({ maxResults: 100, ...token }), streamPage, options),
  )) {
    for (const stream of streams) live.set(stream.channelArn, toStreamState(stream))
  }
  for await (const { channels } of pages((token) =>
    api.call('ListChannels', new ListChannelsCommand({ maxResults: 100, ...token }), channelPage, options),
  )) {
    for (const { arn, tags } of channels) {
      const streamId = taggedStreamId(config.namespace, tags)
      if (streamId === null) continue
      const channel = { id: arn, details: {} }
      yield { channel, streamId, ...(live.get(arn) ?? { status: 'offline', viewers: 0 }) }
    }
  }
}

async function* pages<Page extends { readonly nextToken?: string | undefined }>(
  read: (token: { nextToken?: string }) => Promise<Page>,
): AsyncIterable<Page> {
  let nextToken: string | undefined
  do {
    const page = await read(nextToken ? { nextToken } : {})
    yield page
    nextToken = page.nextToken
  } while (nextToken)
}

async function getLive(api: IvsApi, channelArn: string, options: CallOptions): Promise<Live | null> {
  try {
    const command = new GetStreamCommand({ channelArn })
    return toStreamState((await api.call('GetStream', command, streamAnswer, options)).stream)
  } catch (error) {
    // The documented answer for an offline channel is an error, and no state.
    if (isIvsError(error, 'ChannelNotBroadcasting') || isStreamingError(error, 'not_found')) return null
    throw error
  }
}

async function newestSession(
  api: IvsApi,
  channelArn: string,
  options: CallOptions,
): Promise<StreamSession | null> {
  const command = new GetStreamSessionCommand({ channelArn })
  const answer = await orNull(api.call('GetStreamSession', command, sessionAnswer, options))
  return answer ? toSession(answer.streamSession) : null
}

async function orNull<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call
  } catch (error) {
    if (isStreamingError(error, 'not_found')) return null
    throw error
  }
}
