import { GetChannelCommand } from '@aws-sdk/client-ivs'
import type { CallOptions, Channel } from '@stagedoor/streaming-core'
import { z } from 'zod'
import type { IvsApi } from './ivs-api.ts'
import { type ChannelEndpoints, channelSchema, endpointsOf, toEndpoints } from './map-channel.ts'

/** Where a channel is reached. @throws `not_found` */
export type Endpoints = (channel: Channel, options: CallOptions) => Promise<ChannelEndpoints>

const answer = z.object({ channel: channelSchema })

/** Channels that came from a list and were asked for; they never change, so the oldest may simply be forgotten. */
const maxRemembered = 1000

/**
 * Reads the endpoints from the stored channel. One that the reconciler adopted from a list has none, and is asked for
 * once: a thousand viewers must not become a thousand GetChannel calls at five a second.
 */
export function createEndpoints(api: IvsApi): Endpoints {
  const remembered = new Map<string, ChannelEndpoints>()
  return async (channel, options) => {
    const known = endpointsOf(channel) ?? remembered.get(channel.id)
    if (known) return known
    const command = new GetChannelCommand({ arn: channel.id })
    const endpoints = toEndpoints((await api.call('GetChannel', command, answer, options)).channel)
    remembered.set(channel.id, endpoints)
    const [oldest] = remembered.keys()
    if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest)
    return endpoints
  }
}
