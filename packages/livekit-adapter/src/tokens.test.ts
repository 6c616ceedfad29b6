import { TokenVerifier } from 'livekit-server-sdk'
import { describe, expect, it } from 'vitest'
import { livekit } from './livekit.ts'
import { hostIdentity, participantOf, roomName, streamIdOf, viewerIdentity } from './names.ts'

const keys = { apiKey: 'devkey', apiSecret: 'a-secret-of-forty-characters-for-the-tests' }
const adapter = livekit({ url: 'wss://live.example', ...keys })
const channel = { id: 'stagedoor-default-s1', details: { publishing: 'browser' } }
const claims = (token: string) => new TokenVerifier(keys.apiKey, keys.apiSecret).verify(token)

describe('a viewer’s token', () => {
  it('may look and listen, and says so in full, as LiveKit takes what is missing for allowed', async () => {
    const access = await adapter.viewerAccess(channel, { userId: 'vic', displayName: 'Vic' })
    if (access.type !== 'webrtc') throw new Error('no token')
    expect(access.url).toBe('wss://live.example')
    const { video, sub, name, exp = 0, nbf = 0 } = await claims(access.token.reveal())
    expect(video).toEqual({
      roomJoin: true,
      room: channel.id,
      canPublish: false,
      canPublishData: false,
      canSubscribe: true,
      canUpdateOwnMetadata: false,
      hidden: true,
    })
    expect([sub, name]).toEqual([expect.stringMatching(/^viewer:vic:.{36}$/), 'Vic'])
    expect(exp - nbf).toBe(120)
    expect(Math.abs(Date.parse(access.expiresAt) / 1000 - exp)).toBeLessThanOrEqual(1)
  })

  it('ends when access ends, and is not turned into six hours by a life of nothing', async () => {
    const until = new Date(Date.now() + 400).toISOString()
    const access = await adapter.viewerAccess(channel, { userId: null }, { until })
    if (access.type !== 'webrtc') throw new Error('no token')
    const { exp = 0, nbf = 0, sub } = await claims(access.token.reveal())
    expect(exp - nbf).toBe(1)
    expect(sub).toMatch(/^guest:/)
    expect(access.expiresAt).toBe(until)
  })

  it('has an identity of its own each time, so that tabs do not throw each other out', () => {
    expect(viewerIdentity('vic')).not.toBe(viewerIdentity('vic'))
  })
})

it('no token is made for a call that was aborted', async () => {
  const signal = AbortSignal.abort()
  const aborted = { code: 'aborted' }
  await expect(adapter.viewerAccess(channel, { userId: 'vic' }, { signal })).rejects.toMatchObject(aborted)
  await expect(adapter.hostAccess(channel, { userId: 'ava' }, { signal })).rejects.toMatchObject(aborted)
})

it('a host’s token names its sources, and can be made again and again', async () => {
  for (let time = 0; time < 3; time++) {
    const access = await adapter.hostAccess(channel, { userId: 'ava' })
    if (access.type !== 'webrtc') throw new Error('no token')
    const { video, sub } = await claims(access.token.reveal())
    expect(video).toMatchObject({
      canPublish: true,
      canSubscribe: true,
      canPublishSources: ['camera', 'microphone', 'screen_share', 'screen_share_audio'],
    })
    expect(sub).toBe('host:ava')
  }
})

describe('identities', () => {
  it.each(['vic', 'auth0|5f:7', 'a:b:c', 'ä ö%', 'host:ava'])('of %s lead back to who it is', (userId) => {
    expect(participantOf(hostIdentity(userId))).toEqual({ role: 'host', userId })
    expect(participantOf(viewerIdentity(userId))).toEqual({ role: 'viewer', userId })
  })

  it.each(['', 'EG_recorder', 'viewer:', 'viewer:vic', 'host:%', 'admin:ava'])(
    'that others chose say nothing: %j',
    (text) => {
      expect(participantOf(text)).toBeNull()
    },
  )

  it('do not outgrow LiveKit’s 256 characters', () => {
    expect(() => viewerIdentity('x'.repeat(300))).toThrow(/256/)
  })
})

it('a room is its stream’s by name, within one namespace', () => {
  expect(streamIdOf('default', roomName('default', 'abc-1'))).toBe('abc-1')
  for (const other of ['stagedoor-other-abc', 'abc', 'stagedoor-default-'])
    expect(streamIdOf('default', other)).toBeNull()
  expect(() => roomName('default', 'a/b')).toThrow(/streamId/)
})
