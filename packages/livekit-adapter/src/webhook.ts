import {
  type CallOptions,
  isStreamingError,
  type Logger,
  type ProviderEvent,
  type StreamingAdapter,
  StreamingError,
} from '@stagedoor/streaming-core'
import { EgressStatus, type WebhookEvent, WebhookReceiver } from 'livekit-server-sdk'
import { type Change, createViewerCounts } from './count-viewers.ts'
import { throwIfAborted } from './errors.ts'
import type { LivekitApi } from './livekit-api.ts'
import { streamIdOf } from './names.ts'
import { attendanceOf, isViewer, listConnections, toConnection } from './participants.ts'
import type { LivekitConfig } from './resolve-options.ts'

/**
 * Takes LiveKit's webhooks: a JWT over the raw body in `Authorization`, without `Bearer`. LiveKit sends them at best once
 * and drops them under load, and the same one can be sent again for five minutes; core's inbox knows them by their id.
 */
export function webhookVerb(api: LivekitApi, config: LivekitConfig): StreamingAdapter['receiveWebhook'] {
  const receivers = config.webhookKeys.map(
    ({ apiKey, apiSecret }) => new WebhookReceiver(apiKey, apiSecret.reveal()),
  )
  const counts = createViewerCounts(async (room) =>
    (await listConnections(api, room)).filter(isViewer).map(({ sid }) => sid),
  )

  return async (request, options = {}) => {
    throwIfAborted('receiveWebhook', options.signal)
    const event = await verify(receivers, await request.text(), request.headers.get('authorization') ?? '')
    const room = event.room?.name ?? event.egressInfo?.roomName ?? ''
    if (streamIdOf(config.namespace, room) === null) return []
    if (event.numDropped > 0) {
      config.logger.warn('livekit: the server has dropped webhooks', { room, dropped: event.numDropped })
    }
    if (event.event === 'room_finished') counts.forget(room)
    return [
      ...sessionFacts(event, room),
      ...recordingFacts(event, room, config.logger),
      ...(await interrupted(event, room, options)),
      ...(await counted(event, room, options)),
    ]
  }

  /** A host who takes a track back may send others still, which the webhook does not tell. */
  async function interrupted(
    event: WebhookEvent,
    room: string,
    options: CallOptions,
  ): Promise<ProviderEvent[]> {
    const { participant } = event
    if (event.event !== 'track_unpublished' || !participant) return []
    if (toConnection(participant).who?.role !== 'host') return []
    try {
      const { session, status } = attendanceOf(await listConnections(api, room, options))
      if (status !== 'interrupted' || session?.id !== participant.sid) return []
      return [{ ...base(event, room), type: 'session.interrupted', sessionId: session.id }]
    } catch (error) {
      if (options.signal?.aborted) throw error
      config.logger.warn('livekit: the host was not looked for', { room })
      return []
    }
  }

  async function counted(event: WebhookEvent, room: string, options: CallOptions): Promise<ProviderEvent[]> {
    const change = viewerChange(event)
    if (!change) return []
    try {
      const viewers = await counts.count(room, change)
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
  if (hasLeft(event.event)) {
    return [{ ...base(event, room), type: 'session.ended', sessionId: sid, reason: 'The host has left.' }]
  }
  return []
}

/** A recording that did not come out, which its creator should hear of while there is time. */
function recordingFacts(event: WebhookEvent, room: string, logger: Logger): readonly ProviderEvent[] {
  const { egressInfo } = event
  if (event.event !== 'egress_ended' || !egressInfo) return []
  const { egressId, status, error } = egressInfo
  if (status === EgressStatus.EGRESS_LIMIT_REACHED) {
    const message = 'The recording reached the longest time that LiveKit allows, and was ended.'
    return [{ ...base(event, room), type: 'limit.exceeded', limit: 'recording', message }]
  }
  if (status !== EgressStatus.EGRESS_FAILED && status !== EgressStatus.EGRESS_ABORTED) return []
  // Everybody may read a stream's warnings, and the error can name a bucket.
  logger.error('livekit: a recording failed', { room, egressId, error })
  // The session goes on; of all facts this is the one that warns.
  return [
    { ...base(event, room), type: 'session.failed', sessionId: egressId, reason: 'The recording failed.' },
  ]
}

/** A viewer who came or went; null for every other event. */
function viewerChange({ event, participant }: WebhookEvent): Change | null {
  if (!participant || !isViewer(toConnection(participant))) return null
  const { sid } = participant
  if (event === 'participant_joined') return { sid, isThere: true }
  return hasLeft(event) ? { sid, isThere: false } : null
}

/** Also one that never got through: LiveKit's list has held it meanwhile. */
function hasLeft(event: string): boolean {
  return event === 'participant_left' || event === 'participant_connection_aborted'
}

/** One webhook can be several facts: each has an id of its own, the same whenever it comes again. */
function base(event: WebhookEvent, channelId: string, part?: string) {
  const id = part === undefined ? event.id : `${event.id}:${part}`
  return { id, channelId, occurredAt: new Date(Number(event.createdAt) * 1000).toISOString() }
}
