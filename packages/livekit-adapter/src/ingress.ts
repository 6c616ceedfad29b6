import {
  type CallOptions,
  type Channel,
  type HostAccess,
  type Quality,
  redacted,
} from '@stagedoor/streaming-core'
import {
  type IngressInfo,
  IngressInput,
  IngressVideoEncodingPreset,
  IngressVideoOptions,
} from 'livekit-server-sdk'
import { gone, type LivekitApi } from './livekit-api.ts'
import { hostIdentity } from './names.ts'

/** The RTMP or WHIP ingress of a room. It is found by the room, and its key is read from LiveKit when the owner asks. */
export interface RoomIngress {
  /** Makes it once: LiveKit would make another one each time that it is asked. */
  ensure(channel: Channel, creatorId: string, options: CallOptions): Promise<void>
  /** Null when the room has none. */
  access(room: string, options: CallOptions): Promise<HostAccess | null>
  /** Disconnects the encoder and takes its key. */
  removeAll(room: string, options: CallOptions): Promise<void>
}

/** RTMP is always transcoded (livekit/ingress#343). Without a preset every stream would become 720p. */
const presets: Readonly<Record<Quality, IngressVideoEncodingPreset>> = {
  sd: IngressVideoEncodingPreset.H264_540P_25FPS_2_LAYERS,
  hd: IngressVideoEncodingPreset.H264_720P_30FPS_3_LAYERS,
  fhd: IngressVideoEncodingPreset.H264_1080P_30FPS_3_LAYERS,
}

export function createRoomIngress(api: LivekitApi, kind: 'rtmp' | 'whip'): RoomIngress {
  const list = async (room: string, options: CallOptions): Promise<readonly IngressInfo[]> => {
    const found = await api.call(
      'ListIngress',
      ({ ingress }) => ingress.listIngress({ roomName: room }),
      options,
    )
    return found.filter(({ roomName }) => roomName === room).sort(byId)
  }
  const remove = (ingressId: string, options: CallOptions) =>
    gone(api.call('DeleteIngress', ({ ingress }) => ingress.deleteIngress(ingressId), options))

  return {
    ensure: async ({ id: room, details }, creatorId, options) => {
      const [first, ...others] = await list(room, options)
      for (const { ingressId } of others) await remove(ingressId, options)
      if (first) return
      const place = { name: room, roomName: room, participantIdentity: hostIdentity(creatorId) }
      const video = new IngressVideoOptions({
        encodingOptions: { case: 'preset', value: presets[qualityOf(details.quality)] },
      })
      await api.call(
        'CreateIngress',
        ({ ingress }) =>
          kind === 'whip'
            ? ingress.createIngress(IngressInput.WHIP_INPUT, { ...place, enableTranscoding: false })
            : ingress.createIngress(IngressInput.RTMP_INPUT, { ...place, enableTranscoding: true, video }),
        options,
      )
    },
    access: async (room, options) => {
      const [first] = await list(room, options)
      if (!first) return null
      const { url, streamKey } = first
      return first.inputType === IngressInput.WHIP_INPUT
        ? { type: 'whip', url, bearerToken: redacted(streamKey) }
        : { type: 'rtmps', url, streamKey: redacted(streamKey) }
    },
    removeAll: async (room, options) => {
      for (const { ingressId } of await list(room, options)) await remove(ingressId, options)
    },
  }
}

function byId(left: IngressInfo, right: IngressInfo): number {
  return left.ingressId < right.ingressId ? -1 : 1
}

function qualityOf(text: string | undefined): Quality {
  return text === 'sd' || text === 'fhd' ? text : 'hd'
}
