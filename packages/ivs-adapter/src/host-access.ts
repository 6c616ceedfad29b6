import type {
  CallOptions,
  Capabilities,
  Channel,
  HostAccess,
  Redacted,
  StreamingAdapter,
} from '@stagedoor/streaming-core'
import { stopStream } from './end-channel.ts'
import type { Endpoints } from './endpoints.ts'
import type { IvsApi } from './ivs-api.ts'
import type { ChannelEndpoints } from './map-channel.ts'
import type { StreamKeys } from './stream-keys.ts'

/** Where the creator's encoder pushes, with the key. */
export function hostAccessVerb(streamKeys: StreamKeys, endpoints: Endpoints): StreamingAdapter['hostAccess'] {
  return async (channel, _host, options = {}) => {
    const reached = await endpoints(channel, options)
    return toAccess(reached, await streamKeys.read(channel.id, channel.details.streamKeyArn, options))
  }
}

/**
 * A new key. The old one is deleted, and the encoder that used it is disconnected: IVS lets a running stream go on with
 * a deleted key, so a leaked key would end nothing (IVS API reference, StopStream). Safe to repeat: a crash in between
 * leaves a channel without a key, and whoever asks next gets a new one.
 */
export function keyRotation(
  api: IvsApi,
  streamKeys: StreamKeys,
  endpoints: Endpoints,
): Capabilities['keyRotation'] {
  return {
    rotate: async (channel: Channel, _host, options: CallOptions = {}) => {
      const reached = await endpoints(channel, options)
      await streamKeys.removeAll(channel.id, options)
      await stopStream(api, channel.id, options)
      return toAccess(reached, await streamKeys.create(channel.id, options))
    },
  }
}

/** RTMPS on 443; plain RTMP, where a channel takes it, has no port of its own in the URL (IVS user guide, "Streaming configuration"). */
function toAccess({ ingestEndpoint, insecureIngest }: ChannelEndpoints, streamKey: Redacted): HostAccess {
  const url = insecureIngest ? `rtmp://${ingestEndpoint}/app/` : `rtmps://${ingestEndpoint}:443/app/`
  return { type: 'rtmps', url, streamKey }
}
