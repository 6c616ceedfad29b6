import { createTestSource } from '@stagedoor/ivs-local'
import type { HostAccess } from '@stagedoor/streaming-core'
import { describe, expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { until } from './local-ivs.fixture.ts'

const target = useFaultyIvs('each')

const { adapter } = target
const host = { userId: 'ava' }
const keyOf = (access: HostAccess) => (access.type === 'rtmps' ? access.streamKey.reveal() : '')
const push = (access: HostAccess) => createTestSource({ url: access.url, streamKey: keyOf(access) })

describe('host access', () => {
  it('is plain RTMP on a local IVS, and an encoder can push with it', async () => {
    const own = adapter()
    const channel = await own.createChannel(show)
    const access = await own.hostAccess(channel, host)
    expect(access.url).toBe(target.running.local.rtmpUrl)
    const source = push(access)
    await source.start()
    await until(async () => (await own.getChannel(channel))?.status === 'live', 'going live')
    source.stop()
  })

  it('is RTMPS on port 443 for a channel that takes nothing else', async () => {
    const channel = {
      id: 'arn:aws:ivs:us-east-1:000000000000:channel/abcdefgh1234',
      details: {
        playbackUrl: 'https://a1.us-east-1.playback.live-video.net/x.m3u8',
        ingestEndpoint: 'a1.global-contribute.live-video.net',
        insecureIngest: 'false',
        streamKeyArn: (await adapter().createChannel(show)).details.streamKeyArn ?? '',
      },
    }
    const access = await adapter().hostAccess(channel, host)
    expect(access.url).toBe('rtmps://a1.global-contribute.live-video.net:443/app/')
  })

  it('takes one call when the key’s ARN is known', async () => {
    const channel = await adapter().createChannel(show)
    target.proxy.calls.length = 0
    await adapter().hostAccess(channel, host)
    expect(target.proxy.calls).toEqual(['GetStreamKey'])
  })

  it('finds the key of a channel that came from the list', async () => {
    const made = await adapter().createChannel(show)
    const access = await adapter().hostAccess({ id: made.id, details: {} }, host)
    expect(keyOf(access)).toBe(keyOf(await adapter().hostAccess(made, host)))
    expect(access.url).toBe(target.running.local.rtmpUrl)
  })

  it('says not_found for a channel that is gone', async () => {
    const channel = await adapter().createChannel(show)
    await adapter().endChannel(channel)
    await expect(adapter().hostAccess(channel, host)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('key rotation', () => {
  it('disconnects the encoder that uses the old key, and the old key opens nothing', async () => {
    const own = adapter()
    const channel = await own.createChannel(show)
    const before = await own.hostAccess(channel, host)
    await push(before).start()
    await until(async () => (await own.getChannel(channel))?.status === 'live', 'going live')
    const after = await own.keyRotation?.rotate(channel, host)
    expect((await own.getChannel(channel))?.status).toBe('offline')
    await expect(push(before).start()).rejects.toThrow('refused')
    if (!after) throw new Error('no rotation')
    const source = push(after)
    await source.start()
    source.stop()
  })

  it('leaves a channel that goes on after a crash between the old key and the new', async () => {
    const own = adapter()
    const channel = await own.createChannel(show)
    const before = keyOf(await own.hostAccess(channel, host))
    const crash = { kind: 'refuse', status: 403, name: 'AccessDeniedException' } as const
    target.proxy.fault('CreateStreamKey', crash)
    await expect(own.keyRotation?.rotate(channel, host)).rejects.toMatchObject({ code: 'internal' })
    const after = keyOf(await own.hostAccess(channel, host))
    expect(after).not.toBe(before)
    expect(keyOf(await own.hostAccess(channel, host))).toBe(after)
  })

  it.each([['lose'], ['cut']] as const)(
    'takes the key that was made when its answer is: %s',
    async (kind) => {
      const own = adapter()
      const channel = await own.createChannel(show)
      target.proxy.fault('CreateStreamKey', { kind })
      const rotated = await own.keyRotation?.rotate(channel, host)
      expect(rotated && keyOf(rotated)).toBe(keyOf(await own.hostAccess(channel, host)))
    },
  )

  it('at the same moment ends with one key for both', async () => {
    const own = adapter()
    const channel = await own.createChannel(show)
    await Promise.allSettled([own.keyRotation?.rotate(channel, host), own.keyRotation?.rotate(channel, host)])
    const now = keyOf(await own.hostAccess(channel, host))
    expect(keyOf(await own.hostAccess(channel, host))).toBe(now)
  })
})
