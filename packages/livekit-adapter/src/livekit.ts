import { redacted, type StreamingAdapter } from '@stagedoor/streaming-core'
import { channelStates } from './channel-states.ts'
import { costOf } from './cost.ts'
import { createChannelVerb } from './create-channel.ts'
import { endChannelVerb } from './end-channel.ts'
import { hostAccessVerb, keyRotation } from './host-access.ts'
import { createRoomIngress } from './ingress.ts'
import { createLivekitApi } from './livekit-api.ts'
import type { LivekitOptions } from './livekit-options.ts'
import { quote, traitsOf } from './quote.ts'
import { recordingOf } from './recording.ts'
import { resolveOptions } from './resolve-options.ts'
import { revocationOf } from './revocation.ts'
import { viewerAccessVerb } from './viewer-access.ts'
import { webhookVerb } from './webhook.ts'

/**
 * LiveKit rooms as a provider: the creator publishes from the browser, viewers see them within a second.
 *
 * Nothing is read from the environment and no connection is made before the first call.
 *
 * @throws `StreamingError` `invalid_input` naming the option at fault.
 *
 * @example
 * ```ts
 * import { livekit, livekitOptionsFromEnv } from '@stagedoor/livekit-adapter'
 *
 * const adapter = livekit(livekitOptionsFromEnv(process.env))
 * ```
 */
export function livekit(options: LivekitOptions): StreamingAdapter {
  const config = resolveOptions(options)
  const api = createLivekitApi(config)
  const ingress = createRoomIngress(api, config.ingress ?? 'rtmp')
  return {
    specVersion: 1,
    id: 'livekit',
    traits: traitsOf(config),
    quote: (plan) => quote(plan, config),
    cost: (usage) => costOf(usage, config),
    createChannel: createChannelVerb(api, config, ingress),
    ...channelStates(api, config),
    hostAccess: hostAccessVerb(config, ingress),
    viewerAccess: viewerAccessVerb(config),
    endChannel: endChannelVerb(api, config, ingress),
    receiveWebhook: webhookVerb(api, config),
    revocation: revocationOf(api, config),
    ...(config.ingress ? { keyRotation: keyRotation(ingress) } : {}),
    ...(config.recordings ? { recording: recordingOf(api, config.recordings, redacted) } : {}),
  }
}
