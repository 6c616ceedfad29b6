import { AccessToken } from 'livekit-server-sdk'
import { describe, expect, it } from 'vitest'
import { livekit } from './livekit.ts'
import { keys, webhookRequest } from './livekit-server.fixture.ts'

const warnings: unknown[] = []
const next = { apiKey: 'newkey', apiSecret: 'the-next-secret-of-forty-characters-long' }
const adapter = livekit({
  url: 'http://127.0.0.1:1',
  ...keys,
  webhookKeys: [next],
  logger: {
    info: () => {},
    warn: (...entry) => void warnings.push(entry),
    error: (...entry) => void warnings.push(entry),
  },
})
const room = { name: 'stagedoor-default-s1' }
const host = { sid: 'PA_host', identity: 'host:ava' }
const viewer = { sid: 'PA_1', identity: 'viewer:vic:nonce' }

/** Webhooks of egress name the room in another place (livekit-server 1.13, `pkg/rtc/egress.go`). */
const egress = (status: string, error = '') => ({
  room: undefined,
  egressInfo: { roomName: room.name, status, error },
})

async function send(
  event: object,
  change: { pair?: typeof keys; body?: string; authorization?: (jwt: string) => string; ttl?: number } = {},
) {
  const body = JSON.stringify({ id: 'EV_1', createdAt: '1767225600', room, ...event })
  const { apiKey, apiSecret } = change.pair ?? keys
  const token = new AccessToken(apiKey, apiSecret, { ttl: change.ttl ?? 300 })
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
  token.sha256 = Buffer.from(digest).toString('base64')
  const jwt = await token.toJwt()
  return adapter.receiveWebhook(
    webhookRequest({ body: change.body ?? body, authorization: change.authorization?.(jwt) ?? jwt }),
  )
}

const at = '2026-01-01T00:00:00.000Z'
const base = { id: 'EV_1', channelId: room.name, occurredAt: at }

describe('a webhook', () => {
  it.each([
    [
      'a host who begins to send',
      { event: 'track_published', participant: host },
      [{ ...base, type: 'session.started', sessionId: 'PA_host' }],
    ],
    [
      'a host who leaves',
      { event: 'participant_left', participant: host },
      [{ ...base, type: 'session.ended', sessionId: 'PA_host', reason: 'The host has left.' }],
    ],
    [
      'a host whose connection broke',
      { event: 'participant_connection_aborted', participant: host },
      [{ ...base, type: 'session.ended', sessionId: 'PA_host', reason: 'The host has left.' }],
    ],
    [
      'a recording that could not begin',
      { event: 'egress_ended', ...egress('EGRESS_FAILED', 'no response from servers') },
      [
        {
          ...base,
          type: 'session.failed',
          sessionId: '',
          reason: 'The recording failed.',
        },
      ],
    ],
    [
      'a recording that became too long',
      { event: 'egress_ended', ...egress('EGRESS_LIMIT_REACHED') },
      [expect.objectContaining({ ...base, type: 'limit.exceeded', limit: 'recording' })],
    ],
    ['a recording that came out', { event: 'egress_ended', ...egress('EGRESS_COMPLETE') }, []],
    ['a host who has only joined', { event: 'participant_joined', participant: host }, []],
    [
      'a track that a host takes back, while LiveKit is away',
      { event: 'track_unpublished', participant: host },
      [],
    ],
    ['a viewer’s track', { event: 'track_published', participant: viewer }, []],
    ['an event that is not known here', { event: 'room_redecorated' }, []],
    ['a recorder', { event: 'participant_joined', participant: { sid: 'PA_2', identity: 'EG_x' } }, []],
    ['a room of somebody else', { event: 'track_published', participant: host, room: { name: 'lobby' } }, []],
  ])('of %s', async (_, event, expected) => {
    expect(await send(event)).toEqual(expected)
  })

  it('of a viewer stands, though the viewers could not be counted', async () => {
    const facts = await send({ event: 'participant_joined', participant: viewer })
    expect(facts).toEqual([{ ...base, id: 'EV_1:viewer', type: 'viewer.joined', userId: 'vic' }])
    expect(JSON.stringify(warnings)).toContain('viewers were not counted')
  })

  it('of a failed recording has its error for the log alone, as everybody may read a warning', async () => {
    const error = 'PutObject to our-private-bucket was denied'
    const facts = await send({ event: 'egress_ended', ...egress('EGRESS_FAILED', error) })
    expect(JSON.stringify(facts)).not.toContain('our-private-bucket')
    expect(JSON.stringify(warnings)).toContain(error)
  })

  it('that tells of dropped ones leaves a warning', async () => {
    await send({ event: 'room_started', numDropped: 7 })
    expect(JSON.stringify(warnings)).toContain('"dropped":7')
  })

  it('is taken from each key pair while the key changes', async () => {
    expect(await send({ event: 'room_started' }, { pair: next })).toEqual([])
  })

  it.each([
    [
      'signed by another key',
      { pair: { apiKey: 'devkey', apiSecret: 'nobody-knows-this-secret-of-forty-chars' } },
    ],
    ['whose body was changed', { body: '{"event":"room_started"}' }],
    ['without a signature', { authorization: () => '' }],
    ['with a scheme before it', { authorization: (jwt: string) => `Bearer ${jwt}` }],
    ['that is too old', { ttl: -60 }],
  ])('%s is refused', async (_, change) => {
    await expect(send({ event: 'room_started' }, change)).rejects.toMatchObject({ code: 'webhook_invalid' })
  })
})
