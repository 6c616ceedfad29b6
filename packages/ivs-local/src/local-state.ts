import type { KeyObject } from 'node:crypto'
import { createHash, randomBytes } from 'node:crypto'
import { IvsError } from './ivs-error.ts'

export interface ChannelRecord {
  readonly arn: string
  readonly id: string
  name: string
  type: 'BASIC' | 'STANDARD' | 'ADVANCED_SD' | 'ADVANCED_HD'
  latencyMode: 'LOW' | 'NORMAL'
  preset: string
  authorized: boolean
  insecureIngest: boolean
  containerFormat: 'TS' | 'FRAGMENTED_MP4'
  readonly createdAt: number
  tags: Record<string, string>
}

export interface StreamKeyRecord {
  readonly arn: string
  readonly channelArn: string
  /** The secret. Answered by Create, Get and BatchGetStreamKey, and by nothing else. */
  readonly value: string
  tags: Record<string, string>
}

export interface PlaybackKeyRecord {
  readonly arn: string
  readonly name: string
  readonly fingerprint: string
  readonly publicKey: KeyObject
  tags: Record<string, string>
}

export interface SessionRecord {
  readonly streamId: string
  readonly channelArn: string
  readonly createdAt: Date
  /** When media began; a session without it failed to go live. */
  startTime?: Date
  endTime?: Date
  health: 'HEALTHY' | 'STARVING'
  hasErrorEvent: boolean
  /** What happened, newest first. */
  readonly events: { readonly name: string; readonly type: string; readonly eventTime: Date }[]
}

/** Everything that the local service remembers: in memory, gone with the process. */
export interface LocalState {
  readonly region: string
  readonly accountId: string
  readonly channels: Map<string, ChannelRecord>
  readonly streamKeys: Map<string, StreamKeyRecord>
  readonly playbackKeys: Map<string, PlaybackKeyRecord>
  /** Newest last. */
  readonly sessions: Map<string, SessionRecord[]>
  /** @throws `ResourceNotFoundException` */
  channel(arn: string): ChannelRecord
  keyOf(channelArn: string): StreamKeyRecord | undefined
  /** The session that runs now. */
  running(channelArn: string): SessionRecord | undefined
  /** The session that viewers can see: one whose media began. */
  live(channelArn: string): SessionRecord | undefined
  newArn(kind: 'channel' | 'stream-key' | 'playback-key'): { readonly arn: string; readonly id: string }
  newStreamKeyValue(): string
  newStreamId(): string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function createLocalState(region: string, accountId: string): LocalState {
  const channels = new Map<string, ChannelRecord>()
  const streamKeys = new Map<string, StreamKeyRecord>()
  const sessions = new Map<string, SessionRecord[]>()
  const running = (channelArn: string) => {
    const newest = sessions.get(channelArn)?.at(-1)
    return newest && !newest.endTime ? newest : undefined
  }
  return {
    region,
    accountId,
    channels,
    streamKeys,
    playbackKeys: new Map(),
    sessions,
    channel: (arn) => {
      const found = channels.get(arn)
      if (found) return found
      throw new IvsError('ResourceNotFoundException', `Resource: ${arn} not found`)
    },
    keyOf: (channelArn) => [...streamKeys.values()].find((key) => key.channelArn === channelArn),
    running,
    live: (channelArn) => {
      const session = running(channelArn)
      return session?.startTime ? session : undefined
    },
    newArn: (kind) => {
      const id = randomText(12)
      return { id, arn: `arn:aws:ivs:${region}:${accountId}:${kind}/${id}` }
    },
    newStreamKeyValue: () => `sk_${region}_${randomText(12)}_${randomText(30)}`,
    newStreamId: () => `st-${randomText(23)}`,
  }
}

/** The MD5 fingerprint of a public key in DER form, as the service shows it. */
export function keyFingerprint(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const hex = createHash('md5').update(der).digest('hex')
  return hex.match(/../g)?.join(':') ?? hex
}

export function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('')
}
