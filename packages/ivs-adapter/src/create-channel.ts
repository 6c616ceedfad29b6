import {
  CreateChannelCommand,
  DeleteChannelCommand,
  GetChannelCommand,
  ListChannelsCommand,
} from '@aws-sdk/client-ivs'
import {
  type CallOptions,
  type Channel,
  type CreateChannelInput,
  isStreamingError,
  type StreamingAdapter,
  StreamingError,
} from '@stagedoor/streaming-core'
import { z } from 'zod'
import { channelName, channelTags, taggedCreation, taggedStreamId } from './channel-tags.ts'
import { abortedError, throwIfAborted } from './errors.ts'
import type { IvsApi } from './ivs-api.ts'
import { channelSchema, channelSummarySchema, toChannel } from './map-channel.ts'
import { onceOnly } from './once-only.ts'
import type { IvsConfig } from './resolve-options.ts'
import { createTurns } from './turns.ts'

const listAnswer = z.object({ channels: z.array(channelSummarySchema), nextToken: z.string().optional() })
const createAnswer = z.object({ channel: channelSchema, streamKey: z.object({ arn: z.string() }).optional() })
const getAnswer = z.object({ channel: channelSchema })

type Summary = z.infer<typeof channelSummarySchema>

/**
 * Makes a stream's channel, once. CreateChannel has no idempotency token, so each try looks first for the channel by
 * its name and tags, and looks again when an answer was lost. Of two that exist the oldest stays.
 */
export function createChannelVerb(api: IvsApi, config: IvsConfig): StreamingAdapter['createChannel'] {
  const inTurn = createTurns()
  return async (input, options = {}) => {
    const { signal } = options
    throwIfAborted('createChannel', signal)
    if (input.record) {
      throw new StreamingError({
        code: 'unsupported',
        provider: 'ivs',
        field: 'record',
        message: 'Recording is not set up on IVS channels. Create the stream without it.',
      })
    }
    const work = () => createOrAdopt(api, config, input, options)
    return inTurn(input.streamId, signal, work).catch((error: unknown) => {
      throw signal?.aborted && !isStreamingError(error) ? abortedError('createChannel', signal) : error
    })
  }
}

async function createOrAdopt(
  api: IvsApi,
  config: IvsConfig,
  input: CreateChannelInput,
  options: CallOptions,
): Promise<Channel> {
  const tags = channelTags(config.namespace, input, config.now())
  const existing = await adopt(api, config, input.streamId, options)
  if (existing) return existing
  const command = new CreateChannelCommand({
    name: channelName(config.namespace, input.streamId),
    type: config.channelTypes[input.quality],
    latencyMode: 'LOW',
    authorized: config.playbackKey !== null,
    insecureIngest: config.insecureIngest,
    tags,
  })
  try {
    const { channel, streamKey } = await api.call('CreateChannel', onceOnly(command), createAnswer, options)
    return toChannel(channel, streamKey?.arn)
  } catch (error) {
    // Only these leave open whether the channel was made; every other error is a refusal.
    if (!isStreamingError(error, 'provider_unavailable')) throw error
    const made = await adopt(api, config, input.streamId, options)
    if (!made) throw error
    config.logger.info('ivs: adopted the channel of a lost answer', { channelArn: made.id })
    return made
  }
}

async function adopt(
  api: IvsApi,
  config: IvsConfig,
  streamId: string,
  options: CallOptions,
): Promise<Channel | null> {
  const found = await find(api, config, streamId, options)
  // A channel that was made with another privacy is of no use: it would be public, or refuse everybody.
  const isPrivate = config.playbackKey !== null
  const [oldest, ...others] = found.filter((summary) => (summary.authorized ?? false) === isPrivate)
  const misfits = found.filter((summary) => (summary.authorized ?? false) !== isPrivate)
  for (const { arn } of [...misfits, ...others]) await remove(api, config, arn, options)
  if (!oldest) return null
  try {
    const { channel } = await api.call(
      'GetChannel',
      new GetChannelCommand({ arn: oldest.arn }),
      getAnswer,
      options,
    )
    return toChannel(channel)
  } catch (error) {
    if (isStreamingError(error, 'not_found')) return null
    throw error
  }
}

/** The stream's channels, oldest first. */
async function find(
  api: IvsApi,
  config: IvsConfig,
  streamId: string,
  options: CallOptions,
): Promise<readonly Summary[]> {
  const filterByName = channelName(config.namespace, streamId)
  const found: Summary[] = []
  let nextToken: string | undefined
  do {
    const command = new ListChannelsCommand({ filterByName, ...(nextToken ? { nextToken } : {}) })
    const page = await api.call('ListChannels', command, listAnswer, options)
    found.push(...page.channels.filter(({ tags }) => taggedStreamId(config.namespace, tags) === streamId))
    nextToken = page.nextToken
  } while (nextToken)
  const age = ({ arn, tags }: Summary) => `${taggedCreation(tags)} ${arn}`
  return found.sort((left, right) => (age(left) < age(right) ? -1 : 1))
}

async function remove(api: IvsApi, config: IvsConfig, arn: string, options: CallOptions): Promise<void> {
  config.logger.warn('ivs: deleting a second channel of the same stream', { channelArn: arn })
  try {
    await api.call('DeleteChannel', new DeleteChannelCommand({ arn }), z.unknown(), options)
  } catch (error) {
    // Gone already, or live: then the reconciler stops and deletes it.
    if (!isStreamingError(error, 'not_found') && !isStreamingError(error, 'conflict')) throw error
  }
}
