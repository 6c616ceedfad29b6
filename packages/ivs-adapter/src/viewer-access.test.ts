import { createPublicKey } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { ivs } from './ivs.ts'
import type { IvsOptions } from './ivs-options.ts'
import { until } from './local-ivs.fixture.ts'
import { generatePlaybackKeyPair } from './playback-key.ts'

const keys = generatePlaybackKeyPair()
const now = new Date('2026-05-01T12:00:00.900Z')
const channel = {
  id: 'arn:aws:ivs:us-east-1:000000000000:channel/abcdefgh1234',
  details: { playbackUrl: 'https://p.invalid/x.m3u8', ingestEndpoint: 'i.invalid', insecureIngest: 'false' },
}
const adapter = (options: Partial<IvsOptions> = {}) =>
  ivs({ region: 'us-east-1', playbackKey: { privateKey: keys.privateKey }, clock: () => now, ...options })

async function claims(url: string) {
  const token = new URL(url).searchParams.get('token') ?? ''
  const key = createPublicKey(keys.publicKey)
  const { payload } = await jwtVerify(token, key, { currentDate: now })
  return { token, payload, header: decodeProtectedHeader(token) }
}

async function urlFor(own: ReturnType<typeof ivs>, userId: string | null, until?: string) {
  const access = await own.viewerAccess(channel, { userId }, until === undefined ? {} : { until })
  if (access.type !== 'hls') throw new Error('no URL')
  return { url: access.url.reveal(), expiresAt: access.expiresAt }
}

describe('a playback token', () => {
  it('says what IVS asks for, in whole seconds', async () => {
    const { url, expiresAt } = await urlFor(adapter(), 'vic@example.com')
    const { payload, header, token } = await claims(url)
    expect(header).toEqual({ alg: 'ES384', typ: 'JWT' })
    expect(payload).toEqual({
      'aws:channel-arn': channel.id,
      'aws:viewer-id': expect.stringMatching(/^[0-9a-f]{40}$/),
      'aws:viewer-session-version': Date.parse('2026-05-01T12:00:00Z') / 1000,
      exp: Date.parse('2026-05-01T12:05:00Z') / 1000,
    })
    expect(expiresAt).toBe('2026-05-01T12:05:00.000Z')
    expect(token.length).toBeLessThan(2048)
  })

  it('names the same viewer the same, others otherwise, and nobody who has not signed in', async () => {
    const viewer = async (userId: string | null, options?: Partial<IvsOptions>) =>
      (await claims((await urlFor(adapter(options), userId)).url)).payload['aws:viewer-id']
    expect(await viewer('vic')).toBe(await viewer('vic'))
    expect(await viewer('vic')).not.toBe(await viewer('sam'))
    expect(await viewer('vic')).not.toBe(await viewer('vic', { namespace: 'other' }))
    expect(await viewer(null)).toBeUndefined()
  })

  it('has the second at which access was asked for as its version, and none for nobody', async () => {
    const own = adapter()
    const askedAt = '2026-05-01T11:59:57.999Z'
    const version = async (userId: string | null) => {
      const access = await own.viewerAccess(channel, { userId }, { askedAt })
      return access.type === 'hls'
        ? (await claims(access.url.reveal())).payload['aws:viewer-session-version']
        : null
    }
    expect(await version('vic')).toBe(Date.parse('2026-05-01T11:59:57Z') / 1000)
    expect(await version(null)).toBeUndefined()
  })

  it('ends with the viewer’s access, never later', async () => {
    const { url, expiresAt } = await urlFor(adapter(), 'vic', '2026-05-01T12:00:30.500Z')
    expect(expiresAt).toBe('2026-05-01T12:00:30.000Z')
    expect((await claims(url)).payload.exp).toBe(Date.parse(expiresAt) / 1000)
    const far = await urlFor(adapter({ playbackTokenTtlSeconds: 600 }), 'vic', '2027-01-01T00:00:00Z')
    expect(far.expiresAt).toBe('2026-05-01T12:10:00.000Z')
  })

  it.each(['2026-05-01T11:59:00Z', '2026-05-01T12:00:00.950Z', 'tomorrow'])(
    'is not made for access until %s',
    async (until) => {
      const error = { code: 'invalid_input', field: 'until' }
      await expect(adapter().viewerAccess(channel, { userId: null }, { until })).rejects.toMatchObject(error)
    },
  )

  it('is refused when it would be too large', async () => {
    const large = { ...channel, id: `${channel.id}${'x'.repeat(2000)}` }
    await expect(adapter().viewerAccess(large, { userId: null })).rejects.toMatchObject({ code: 'internal' })
  })

  it('is not needed on public channels', async () => {
    const open = ivs({ region: 'us-east-1', publicPlayback: true, clock: () => now })
    const { url, expiresAt } = await urlFor(open, 'vic')
    expect(url).toBe('https://p.invalid/x.m3u8')
    expect(expiresAt).toBe('2026-05-01T12:05:00.000Z')
  })
})

describe('playback of a private channel', () => {
  const target = useFaultyIvs('all')

  it('plays with our token and with no other', async () => {
    const own = target.adapter()
    const live = await own.createChannel({ ...show, streamId: 'live' })
    const other = await own.createChannel({ ...show, streamId: 'other' })
    await target.running.local.startTestSource(live.id)
    const access = async (target: typeof live, from = own) => {
      const granted = await from.viewerAccess(target, { userId: 'vic' })
      return granted.type === 'hls' ? new URL(granted.url.reveal()) : new URL('https://none.invalid')
    }
    const url = await access(live)
    await until(async () => (await fetch(url)).status === 200, 'playback')
    const status = async (token: string) => {
      const attempt = new URL(url)
      attempt.searchParams.set('token', token)
      return (await fetch(attempt)).status
    }
    const tokenOf = (from: URL) => from.searchParams.get('token') ?? ''
    const stranger = ivs({
      ...target.running.options,
      playbackKey: { privateKey: generatePlaybackKeyPair().privateKey },
    })
    const past = ivs({ ...target.running.options, clock: () => new Date(Date.now() - 3_600_000) })
    expect(await status(tokenOf(url))).toBe(200)
    expect(await status('')).toBe(403)
    expect(await status(tokenOf(await access(other)))).toBe(403)
    expect(await status(tokenOf(await access(live, stranger)))).toBe(403)
    expect(await status(tokenOf(await access(live, past)))).toBe(403)
    await own.endChannel(live)
  })

  it('asks IVS once for a channel that came from the list, however many viewers come', async () => {
    const own = target.adapter()
    const { id, details } = await own.createChannel({ ...show, streamId: 'adopted' })
    target.proxy.calls.length = 0
    for (let viewer = 0; viewer < 20; viewer++) {
      const access = await own.viewerAccess({ id, details: {} }, { userId: `v${viewer}` })
      expect(access.type === 'hls' && access.url.reveal()).toContain(details.playbackUrl)
    }
    expect(target.proxy.calls).toEqual(['GetChannel'])
  })
})
