import { randomUUID } from 'node:crypto'
import type { LocalState, SessionRecord } from './local-state.ts'
import type { LiveMediaEvent } from './media/live-media.ts'

/** An event as Amazon EventBridge delivers it (IVS user guide, "Using EventBridge with IVS"). */
export interface IvsEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: 'aws.ivs'
  readonly account: string
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, string | number>>
}

/** Moves the sessions by what the media plane reports, and answers the events that the service would send. */
export function applyMediaEvent(state: LocalState, event: LiveMediaEvent, now: Date): readonly IvsEvent[] {
  if (event.type === 'publish.refused') return []
  const { channelArn } = event
  const make = (
    detailType: string,
    session: SessionRecord,
    detail: Record<string, string | number>,
  ): IvsEvent => ({
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: 'aws.ivs',
    account: state.accountId,
    time: now.toISOString(),
    region: state.region,
    resources: [channelArn],
    detail: {
      ...detail,
      channel_name: state.channels.get(channelArn)?.name ?? '',
      stream_id: session.streamId,
    },
  })
  const named = (type: string, session: SessionRecord, name: string, rest: Record<string, string> = {}) => {
    session.events.unshift({ name, type, eventTime: now })
    session.events.splice(maxSessionEvents)
    return make(type, session, { event_name: name, ...rest })
  }
  const change = (session: SessionRecord, name: string, rest: Record<string, string> = {}) =>
    named('IVS Stream State Change', session, name, rest)
  const health = (session: SessionRecord, name: string) => named('IVS Stream Health Change', session, name)

  if (event.type === 'session.created') {
    const session: SessionRecord = {
      streamId: state.newStreamId(),
      channelArn,
      createdAt: now,
      health: 'HEALTHY',
      hasErrorEvent: false,
      events: [],
    }
    const all = state.sessions.get(channelArn) ?? []
    state.sessions.set(channelArn, [...all, session].slice(-maxSessions))
    return [change(session, 'Session Created')]
  }
  const session = state.running(channelArn)
  if (!session) return []
  switch (event.type) {
    case 'media.started':
      session.startTime = now
      return [change(session, 'Stream Start')]
    case 'encoder.lost':
      session.health = 'STARVING'
      return session.startTime ? [health(session, 'Starvation Start')] : []
    case 'encoder.resumed':
      session.health = 'HEALTHY'
      return session.startTime ? [health(session, 'Starvation End')] : []
    case 'session.ended': {
      session.endTime = now
      session.hasErrorEvent = event.end === 'failed'
      const failure =
        event.end === 'failed' ? [change(session, 'Stream Failure', { reason: event.message ?? '' })] : []
      const end = session.startTime ? [change(session, 'Stream End')] : []
      return [...failure, ...end, change(session, 'Session Ended')]
    }
    default:
      return []
  }
}

/** Events that GetStreamSession tells of a session at most. */
const maxSessionEvents = 500

/** Sessions kept per channel; the service keeps them for 60 days. */
const maxSessions = 200
