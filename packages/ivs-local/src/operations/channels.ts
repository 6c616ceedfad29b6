import { z } from 'zod'
import { IvsError } from '../ivs-error.ts'
import type { ChannelRecord, LocalState, StreamKeyRecord } from '../local-state.ts'
import {
  arnOf,
  nameSchema,
  type OperationContext,
  operation,
  page,
  pageFields,
  tagsSchema,
} from './operation.ts'

const channelFields = {
  name: nameSchema.optional(),
  type: z.enum(['BASIC', 'STANDARD', 'ADVANCED_SD', 'ADVANCED_HD']).optional(),
  latencyMode: z.enum(['LOW', 'NORMAL']).optional(),
  preset: z.enum(['', 'HIGHER_BANDWIDTH_DELIVERY', 'CONSTRAINED_BANDWIDTH_DELIVERY']).optional(),
  authorized: z.boolean().optional(),
  insecureIngest: z.boolean().optional(),
  containerFormat: z.enum(['TS', 'FRAGMENTED_MP4']).optional(),
  recordingConfigurationArn: z.literal('', 'recordings are not part of ivs-local yet').optional(),
  playbackRestrictionPolicyArn: z
    .literal('', 'restriction policies are not part of ivs-local yet')
    .optional(),
}

export function channelJson(channel: ChannelRecord, context: OperationContext) {
  const { createdAt: _, id, ...fields } = channel
  return {
    ...fields,
    recordingConfigurationArn: '',
    playbackRestrictionPolicyArn: '',
    ingestEndpoint: context.ingestEndpoint,
    playbackUrl: context.playbackUrl(id),
  }
}

export function newStreamKey(
  state: LocalState,
  channelArn: string,
  tags: Record<string, string>,
): StreamKeyRecord {
  const key = { arn: state.newArn('stream-key').arn, channelArn, value: state.newStreamKeyValue(), tags }
  state.streamKeys.set(key.arn, key)
  return key
}

export const CreateChannel = operation(
  z.object({ ...channelFields, tags: tagsSchema.optional() }),
  (input, context) => {
    const { state } = context
    if (state.channels.size >= context.quotas.channels) {
      throw new IvsError(
        'ServiceQuotaExceededException',
        `You have reached your channel limit: ${context.quotas.channels}`,
      )
    }
    const type = input.type ?? 'STANDARD'
    const channel: ChannelRecord = {
      ...state.newArn('channel'),
      name: input.name ?? '',
      type,
      latencyMode: input.latencyMode ?? 'LOW',
      preset: type.startsWith('ADVANCED') ? input.preset || 'HIGHER_BANDWIDTH_DELIVERY' : '',
      authorized: input.authorized ?? false,
      insecureIngest: input.insecureIngest ?? false,
      containerFormat: input.containerFormat ?? 'TS',
      createdAt: context.now().getTime(),
      tags: input.tags ?? {},
    }
    state.channels.set(channel.arn, channel)
    return { channel: channelJson(channel, context), streamKey: newStreamKey(state, channel.arn, {}) }
  },
)

export const GetChannel = operation(z.object({ arn: arnOf('channel') }), ({ arn }, context) => ({
  channel: channelJson(context.state.channel(arn), context),
}))

export const BatchGetChannel = operation(
  z.object({ arns: z.array(arnOf('channel')).min(1).max(50) }),
  ({ arns }, context) => ({
    channels: arns.flatMap((arn) => {
      const channel = context.state.channels.get(arn)
      return channel ? [channelJson(channel, context)] : []
    }),
    errors: arns
      .filter((arn) => !context.state.channels.has(arn))
      .map((arn) => ({ arn, code: 'ResourceNotFoundException', message: `Resource: ${arn} not found` })),
  }),
)

export const ListChannels = operation(
  z.object({
    ...pageFields(100),
    filterByName: nameSchema.optional(),
    filterByRecordingConfigurationArn: z.string().optional(),
    filterByPlaybackRestrictionPolicyArn: z.string().optional(),
  }),
  (input, { state }) => {
    const filters = [
      input.filterByName,
      input.filterByRecordingConfigurationArn,
      input.filterByPlaybackRestrictionPolicyArn,
    ]
    if (filters.filter((filter) => filter !== undefined && filter !== '').length > 1) {
      throw new IvsError('ConflictException', 'Filters are mutually exclusive: pass one of them')
    }
    const none = Boolean(filters[1] || filters[2])
    const matching = [...state.channels.values()].filter(
      (channel) => !none && (!input.filterByName || channel.name === input.filterByName),
    )
    const { items, nextToken } = page(matching, input, 100)
    const channels = items.map(
      ({ arn, name, latencyMode, authorized, insecureIngest, type, preset, tags }) => ({
        ...{ arn, name, latencyMode, authorized, insecureIngest, type, preset, tags },
        recordingConfigurationArn: '',
        playbackRestrictionPolicyArn: '',
      }),
    )
    return { channels, ...(nextToken ? { nextToken } : {}) }
  },
)

export const UpdateChannel = operation(
  z.object({ arn: arnOf('channel'), ...channelFields }),
  (input, context) => {
    const channel = context.state.channel(input.arn)
    if (context.state.running(channel.arn)) {
      throw new IvsError(
        'ConflictException',
        `Channel: ${channel.arn} is live: stop the stream before you update it`,
      )
    }
    channel.name = input.name ?? channel.name
    channel.type = input.type ?? channel.type
    channel.latencyMode = input.latencyMode ?? channel.latencyMode
    channel.preset = input.preset ?? channel.preset
    channel.authorized = input.authorized ?? channel.authorized
    channel.insecureIngest = input.insecureIngest ?? channel.insecureIngest
    channel.containerFormat = input.containerFormat ?? channel.containerFormat
    return { channel: channelJson(channel, context) }
  },
)

export const DeleteChannel = operation(z.object({ arn: arnOf('channel') }), ({ arn }, { state }) => {
  const channel = state.channel(arn)
  if (state.running(arn)) {
    throw new IvsError(
      'ConflictException',
      `Channel: ${arn} is live: stop the stream and wait for its end first`,
    )
  }
  for (const key of state.streamKeys.values()) if (key.channelArn === arn) state.streamKeys.delete(key.arn)
  state.channels.delete(channel.arn)
  return undefined
})
