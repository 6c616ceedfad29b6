import type { CallOptions, ChannelState, StreamSession } from '@stagedoor/streaming-core'
import type { ParticipantInfo } from 'livekit-server-sdk'
import type { LivekitApi } from './livekit-api.ts'
import { type Participant, participantOf } from './names.ts'

/** Who is in a room now. LiveKit's own counters are late and wrong at times; its list of participants is the truth. */
export interface Attendance {
  /** The newest connection of the host that sends anything, or has and is still there; null while there is none. */
  readonly session: StreamSession | null
  /** `interrupted` while a host who has sent something is there and sends nothing. */
  readonly status: ChannelState['status']
  readonly viewers: number
}

/** A connection to a room, in plain values. */
export interface Connection {
  readonly identity: string
  /** LiveKit's id of this connection, such as `PA_abc`. */
  readonly sid: string
  readonly who: Participant | null
  /** True once the connection has sent something, also after it took that back. */
  readonly hasPublished: boolean
  readonly tracks: readonly {
    readonly sid: string
    readonly kind: 'audio' | 'video' | 'data'
    readonly muted: boolean
  }[]
  /** ISO 8601, UTC. */
  readonly joinedAt: string
}

/** Everybody in a room; nobody in a room that is not there. */
export async function listConnections(
  api: LivekitApi,
  room: string,
  options?: CallOptions,
): Promise<readonly Connection[]> {
  const found = await api.call('ListParticipants', ({ rooms }) => rooms.listParticipants(room), options)
  return found.map(toConnection)
}

/** What the adapter needs to know of a room's connections. */
export function attendanceOf(connections: readonly Connection[]): Attendance {
  const hosts = connections
    .filter(({ who, hasPublished }) => who?.role === 'host' && hasPublished)
    .sort((left, right) => (left.joinedAt < right.joinedAt ? 1 : -1))
  const sending = hosts.find(({ tracks }) => tracks.length > 0)
  const host = sending ?? hosts[0]
  return {
    session: host ? { id: host.sid, startedAt: host.joinedAt } : null,
    status: sending ? 'live' : host ? 'interrupted' : 'offline',
    viewers: connections.filter(isViewer).length,
  }
}

/** Signed in or not. The host, recorders and agents are none. */
export function isViewer({ who }: Connection): boolean {
  return who?.role === 'viewer' || who?.role === 'guest'
}

const kinds = ['audio', 'video', 'data'] as const

/** The SDK's message holds bigints, which no JSON can carry. */
export function toConnection(info: ParticipantInfo): Connection {
  const joinedMs = info.joinedAtMs > 0n ? Number(info.joinedAtMs) : Number(info.joinedAt) * 1000
  return {
    identity: info.identity,
    sid: info.sid,
    who: participantOf(info.identity),
    hasPublished: info.isPublisher || info.tracks.length > 0,
    tracks: info.tracks.map(({ sid, type, muted }) => ({ sid, kind: kinds[type] ?? 'data', muted })),
    joinedAt: new Date(joinedMs).toISOString(),
  }
}
