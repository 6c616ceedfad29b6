import {
  type CallOptions,
  isStreamingError,
  type ProviderEvent,
  type StreamingAdapter,
  StreamingError,
} from '@stagedoor/streaming-core'
import { type WebhookEvent, WebhookReceiver } from 'livekit-server-sdk'
import { coalesce } from './count-viewers.ts'
import type { LivekitApi } from './livekit-api.ts'
import { streamIdOf } from './names.ts'
import { attendanceOf, listConnections, toConnection } from './participants.ts'
import type { LivekitConfig } from './resolve-options.ts'

/**
 * Takes LiveKit's webhooks: a JWT over the raw body in `Authorization`, without `Bearer`. LiveKit sends them at best once
 * and drops them under load, and the same one can be sent again for five minutes; core's inbox knows them by their id.
 */
export function webhookVerb(api: LivekitApi, config: LivekitConfig): StreamingAdapter['receiveWebhook'] {
  const receivers = config.webhookKeys.map(
    ({ apiKey, apiSecret }) => new WebhookReceiver(apiKey, apiSecret.reveal()),
  )
  const countViewers = coalesce(async (room) => attendanceOf(await listConnections(api, room)).viewers)

  return async (request, options = {}) => {
    const event = await verify(receivers, await request.text(), request.headers.get('authorization') ?? '')
    const room = event.room?.name ?? ''
    if (streamIdOf(config.namespace, room) === null) return []
    if (event.numDropped > 0) {
      config.logger.warn('livekit: the server has dropped webhooks', { room, dropped: event.numDropped })
    }
    const facts = sessionFacts(event, room)
    return isAboutViewers(event) ? [...facts, ...(await counted(event, room, options))] : facts
  }

  async function counted(event: WebhookEvent, room: string, options: CallOptions): Promise<ProviderEvent[]> {
    try {
      const viewers = await countViewers(room)
      return [{ ...base(event, room, 'viewers'), type: 'viewers.counted', viewers }]
    } catch (error) {
      if (options.signal?.aborted) throw error
      // The event itself stands; the next one, or the reconciler, counts again.
      if (!isStreamingError(error, 'not_found'))
        config.logger.warn('livekit: viewers were not counted', { room })
      return []
    }
  }
}

async function verify(
  receivers: readonly WebhookReceiver[],
  body: string,
  authorization: string,
): Promise<WebhookEvent> {
  let cause: unknown
  for (const receiver of receivers) {
    try {
      return await receiver.receive(body, authorization)
    } catch (error) {
      cause = error
    }
  }
  throw new StreamingError({
    code: 'webhook_invalid',
    provider: 'livekit',
    message: 'The webhook is not signed by a key of this server, was changed on its way, or is too old.',
    cause,
  })
}

/** What the event says of the host's session and of a viewer who came in. */
function sessionFacts(event: WebhookEvent, room: string): readonly ProviderEvent[] {
  if (!event.participant) return []
  const { who, sid } = toConnection(event.participant)
  if (who?.role === 'viewer' && event.event === 'participant_joined') {
    return [{ ...base(event, room, 'viewer'), type: 'viewer.joined', userId: who.userId }]
  }
  if (who?.role !== 'host') return []
  if (event.event === 'track_published') {
    return [{ ...base(event, room), type: 'session.started', sessionId: sid }]
  }
  if (event.event === 'participant_left' || event.event === 'participant_connection_aborted') {
    return [{ ...base(event, room), type: 'session.ended', sessionId: sid, reason: 'The host has left.' }]
  }
  return []
}

function isAboutViewers(event: WebhookEvent): boolean {
  if (event.event !== 'participant_joined' && event.event !== 'participant_left') return false
  const role = event.participant && toConnection(event.participant).who?.role
  return role === 'viewer' || role === 'guest'
}

/** One webhook can be several facts: each has an id of its own, the same whenever it comes again. */
function base(event: WebhookEvent, channelId: string, part?: string) {
  const id = part === undefined ? event.id : `${event.id}:${part}`
  return { id, channelId, occurredAt: new Date(Number(event.createdAt) * 1000).toISOString() }
}
