import type { StreamingAdapter, Traits } from '@stagedoor/streaming-core'
import { channelStates } from './channel-states.ts'
import { bestQuality } from './channel-type.ts'
import { channelCost } from './cost.ts'
import { createChannelVerb } from './create-channel.ts'
import { endChannelVerb } from './end-channel.ts'
import { createEndpoints } from './endpoints.ts'
import { hostAccessVerb, keyRotation } from './host-access.ts'
import { createIvsApi } from './ivs-api.ts'
import type { IvsOptions } from './ivs-options.ts'
import { candidate, quote } from './quote.ts'
import { resolveOptions } from './resolve-options.ts'
import { revocationOf } from './revocation.ts'
import { createStreamKeys } from './stream-keys.ts'
import { viewerAccessVerb } from './viewer-access.ts'
import { webhookVerb } from './webhook.ts'

/**
 * Amazon IVS channels as a provider: RTMPS from OBS in, HLS at any scale out, private by default.
 *
 * Nothing is read from the environment and no connection is made before the first call.
 *
 * @throws `StreamingError` `invalid_input` naming the option at fault.
 *
 * @example
 * ```ts
 * import { ivs, ivsOptionsFromEnv } from '@stagedoor/ivs-adapter'
 *
 * const adapter = ivs(ivsOptionsFromEnv(process.env))
 * ```
 */
export function ivs(options: IvsOptions): StreamingAdapter {
  const config = resolveOptions(options)
  const api = createIvsApi(config)
  const endpoints = createEndpoints(api)
  const streamKeys = createStreamKeys(api)
  const traits: Traits = {
    delivery: 'hls',
    candidate,
    // AWS: under 5 s with its own player, about 10 with others such as hls.js (IVS user guide, "IVS Player").
    latencySeconds: 10,
    publishMethods: ['obs'],
    maxViewers: config.maxViewers,
    maxQuality: bestQuality(config.channelTypes),
  }
  return {
    specVersion: 1,
    id: 'ivs',
    traits,
    quote: (plan) => quote(plan, config),
    cost: (usage) => channelCost(usage, config.channelTypes[usage.quality], config),
    createChannel: createChannelVerb(api, config),
    ...channelStates(api, config),
    hostAccess: hostAccessVerb(streamKeys, endpoints),
    keyRotation: keyRotation(api, streamKeys, endpoints),
    viewerAccess: viewerAccessVerb(config, endpoints),
    endChannel: endChannelVerb(api, config, streamKeys),
    receiveWebhook: webhookVerb(config),
    // A public channel asks for no token, so there is nothing to revoke.
    ...(config.playbackKey ? { revocation: revocationOf(api, config) } : {}),
  }
}
