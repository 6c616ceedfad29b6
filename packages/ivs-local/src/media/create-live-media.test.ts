import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createLiveMedia, type LiveMediaOptions } from './create-live-media.ts'
import { clipPath, eventLog, exitCode, killEncoder, probe, pushWithFfmpeg, until } from './encoder.fixture.ts'
import type { LiveMedia } from './live-media.ts'
import { createPackager } from './packager.ts'
import { createTestSource } from './test-source.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A media plane that takes `key-<name>` for the channel `<name>`. */
async function start(options: Partial<LiveMediaOptions> = {}) {
  const log = eventLog()
  const media = createLiveMedia({
    rtmpPort: 0,
    onEvent: log.onEvent,
    reconnectHoldSeconds: 5,
    authorize: ({ streamKey }) => {
      const name = /^key-(\w+)$/.exec(streamKey)?.[1]
      if (name) return { accepted: true, channelArn: name }
      return { accepted: false, reason: 'invalid_key', message: 'The stream key is not valid.' }
    },
    ...options,
  })
  await media.start()
  cleanups.push(() => media.close())
  const push = (name: string, args?: readonly string[]) => {
    const process = pushWithFfmpeg(`rtmp://127.0.0.1:${media.rtmpPort}/app/key-${name}`, args)
    cleanups.push(() => killEncoder(process))
    return process
  }
  return { media, log, push }
}

const playlist = (media: LiveMedia, name: string) =>
  media.mediaPlaylist(name, '720p', (segment) => segment) ?? ''
const segmentNames = (text: string) => text.match(/^\d+\.ts$/gm) ?? []

async function tracksOf(media: LiveMedia, name: string, segment: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'stagedoor-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  const path = join(folder, segment)
  await writeFile(path, media.segment(name, '720p', segment) ?? new Uint8Array())
  return (await probe(path)).streams.map((stream) => stream.codec_name).sort()
}

describe('a real encoder', () => {
  it('is packaged into segments of two seconds that hold H.264 and AAC', async () => {
    const { media, log, push } = await start()
    push('one')
    const started = await log.next('media.started')
    expect(started.video).toEqual({ codec: 'avc', width: 1280, height: 720 })
    expect(started.audio).toEqual({ codec: 'aac', channels: 2, sampleRateHz: 48_000 })
    await until(() => segmentNames(playlist(media, 'one')).length >= 2, 'two segments')
    const text = playlist(media, 'one')
    expect(text).toContain('#EXT-X-TARGETDURATION:6')
    for (const [, duration] of text.matchAll(/#EXTINF:([\d.]+)/g)) expect(Number(duration)).toBeCloseTo(2, 1)
    expect(await tracksOf(media, 'one', '1.ts')).toEqual(['aac', 'h264'])
    const master = media.masterPlaylist('one', (rendition) => `${rendition}/index.m3u8`)
    expect(master).toMatch(/BANDWIDTH=\d{5,},RESOLUTION=1280x720,CODECS="avc1\.4d401f,mp4a\.40\.2"/)
    expect(media.rate('one')?.framesPerSecond).toBeGreaterThan(10)
  })

  it('is refused at once with a wrong key', async () => {
    const { log, media } = await start()
    const process = pushWithFfmpeg(`rtmp://127.0.0.1:${media.rtmpPort}/app/guessed-secret-key`)
    cleanups.push(() => killEncoder(process))
    expect(await exitCode(process)).not.toBe(0)
    expect(log.find('publish.refused')?.reason).toBe('invalid_key')
    expect(log.find('session.created')).toBeUndefined()
    expect(JSON.stringify(log.events)).not.toContain('guessed-secret-key')
  })

  it('is refused while another one is live with the same key, and the other goes on', async () => {
    const { media, log, push } = await start()
    push('one')
    await log.next('media.started')
    const second = push('one')
    expect(await exitCode(second)).not.toBe(0)
    expect(log.find('publish.refused')?.reason).toBe('already_live')
    const before = segmentNames(playlist(media, 'one')).length
    await until(() => segmentNames(playlist(media, 'one')).length > before, 'the first goes on')
    expect(log.find('encoder.lost')).toBeUndefined()
  })

  it('ends its session at once when it says goodbye', async () => {
    const { media, log, push } = await start()
    const process = push('one')
    await log.next('media.started')
    process.stdin?.write('q')
    expect((await log.next('session.ended')).end).toBe('unpublished')
    expect(playlist(media, 'one')).toContain('#EXT-X-ENDLIST')
  })

  it('goes on in the same session when it returns within the hold after a crash', async () => {
    const { media, log, push } = await start()
    const first = push('one')
    await log.next('media.started')
    await killEncoder(first)
    await log.next('encoder.lost')
    expect(playlist(media, 'one')).not.toContain('#EXT-X-ENDLIST')
    push('one')
    await log.next('encoder.resumed')
    await until(() => playlist(media, 'one').includes('#EXT-X-DISCONTINUITY\n'), 'a discontinuity')
    expect(log.events.filter((event) => event.type === 'session.created')).toHaveLength(1)
    expect(log.find('session.ended')).toBeUndefined()
  })

  it('goes on in the same session when its old connection has only gone silent, as after a lost network', async () => {
    const { log, push } = await start({ silenceSeconds: 1 })
    const silent = push('one')
    await log.next('media.started')
    silent.kill('SIGSTOP')
    await log.next('encoder.lost')
    push('one')
    await log.next('encoder.resumed')
    expect(log.events.filter((event) => event.type === 'session.created')).toHaveLength(1)
    expect(log.find('publish.refused')).toBeUndefined()
    silent.kill('SIGKILL')
  })

  it('that connects while its last session is ending is refused, and gets in right after', async () => {
    const { media, log, push } = await start()
    push('one')
    await log.next('media.started')
    const ending = media.stop('one')
    const early = push('one')
    await ending
    await until(
      () =>
        early.exitCode !== null || log.events.filter(({ type }) => type === 'session.created').length === 2,
      'the encoder to be refused, or let in',
    )
    if (early.exitCode !== null) push('one')
    await until(
      () => log.events.filter(({ type }) => type === 'media.started').length === 2,
      'a second session',
    )
  })

  it('loses its session when it stays away longer than the hold', async () => {
    const { log, push } = await start({ reconnectHoldSeconds: 1 })
    const process = push('one')
    await log.next('media.started')
    await killEncoder(process)
    expect((await log.next('session.ended')).end).toBe('hold_expired')
  })

  it('is dropped by stop', async () => {
    const { media, log, push } = await start()
    const process = push('one')
    await log.next('media.started')
    expect(await media.stop('one')).toBe(true)
    expect(log.find('session.ended')?.end).toBe('stopped')
    await exitCode(process)
    expect(await media.stop('one')).toBe(false)
  })
})

describe('bad media', () => {
  const generated = (...rest: string[]) => ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', ...rest]
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

  it('plays without audio, and warns', async () => {
    const { media, log, push } = await start()
    push('silent', generated(...x264, '-g', '60'))
    const started = await log.next('media.started')
    expect(started.audio).toBeNull()
    expect(log.find('media.warning')?.code).toBe('no_audio')
    expect(await tracksOf(media, 'silent', '0.ts')).toEqual(['h264'])
  })

  it('refuses audio alone and says why', async () => {
    const { log, push } = await start()
    push('radio', ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-c:a', 'aac'])
    const ended = await log.next('session.ended')
    expect(ended.end).toBe('failed')
    expect(ended.message).toContain('audio only')
  })

  it('refuses a codec that IVS does not take and says which', async () => {
    const { log, push } = await start()
    push('mp3', generated('-f', 'lavfi', '-i', 'sine', ...x264, '-c:a', 'libmp3lame', '-ar', '44100'))
    const ended = await log.next('session.ended')
    expect(ended.message).toContain('AAC')
  })

  it('plays a key frame interval of ten seconds in long segments, and warns', async () => {
    const { media, log, push } = await start()
    push('lazy', generated(...x264, '-g', '300', '-keyint_min', '300', '-sc_threshold', '0'))
    await until(
      () =>
        log.events.some((event) => event.type === 'media.warning' && event.code === 'long_keyframe_interval'),
      'the warning',
      30_000,
    )
    await until(() => playlist(media, 'lazy').includes('#EXTINF'), 'a segment')
    expect(playlist(media, 'lazy')).toContain('#EXT-X-TARGETDURATION:10')
  }, 60_000)

  it('ends one stream when its packager crashes, and no other', async () => {
    let crashing = true
    const { media, log, push } = await start({
      createPackager: (options) => {
        const packager = createPackager(options)
        if (crashing) {
          crashing = false
          setTimeout(() => packager.send({ type: 'open', video: null as never, audio: null }), 500)
        }
        return packager
      },
    })
    push('broken')
    await log.next('session.created', 'broken')
    push('fine')
    expect((await log.next('session.ended', 'broken')).end).toBe('failed')
    await log.next('media.started', 'fine')
    expect(log.find('session.ended', 'fine')).toBeUndefined()
    expect(segmentNames(playlist(media, 'fine')).length).toBeGreaterThan(0)
  })
})

describe('a hostile network', () => {
  it('closes garbage and leaves a live stream alone', async () => {
    const { media, log, push } = await start({ handshakeTimeoutSeconds: 1 })
    push('one')
    await log.next('media.started')
    const garbage = [
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      Buffer.alloc(5000, 0xff),
      Buffer.concat([Buffer.from([3]), Buffer.alloc(3072, 7), Buffer.alloc(4000, 0xa5)]),
      // A handshake, then a message that announces 16 MB.
      Buffer.concat([
        Buffer.from([3]),
        Buffer.alloc(3072),
        Buffer.from('03000000ffffff1400000000', 'hex'),
        Buffer.alloc(500),
      ]),
      Buffer.from([3]),
    ]
    for (const bytes of garbage) {
      const socket = connect(media.rtmpPort, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(bytes)
      await new Promise((resolve) => socket.once('close', resolve).resume())
    }
    const refusals = log.events.filter((event) => event.type === 'publish.refused')
    expect(refusals).toHaveLength(garbage.length)
    const before = segmentNames(playlist(media, 'one')).length
    await until(() => segmentNames(playlist(media, 'one')).length > before, 'the stream goes on')
    expect(log.find('session.ended')).toBeUndefined()
  })

  it('lets an encoder in though hundreds of connections sit there and say nothing', async () => {
    const { media, log, push } = await start({ handshakeTimeoutSeconds: 60 })
    const idle = Array.from({ length: 400 }, () => connect(media.rtmpPort, '127.0.0.1').on('error', () => {}))
    await until(() => idle.filter((socket) => socket.closed).length >= 200, 'the oldest ones to be closed')
    push('one')
    await log.next('media.started')
    for (const socket of idle) socket.destroy()
    expect(log.find('session.ended')).toBeUndefined()
  })

  it('rejects start with EADDRINUSE when the port is taken, and the process lives', async () => {
    const { media } = await start()
    const second = createLiveMedia({
      rtmpPort: media.rtmpPort,
      onEvent: () => {},
      authorize: () => ({ accepted: false, reason: 'invalid_key', message: 'no' }),
    })
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('the test source', () => {
  it('pushes its clip without a seam', async () => {
    const { media, log } = await start({ windowSegments: 12 })
    const source = createTestSource({ url: `rtmp://127.0.0.1:${media.rtmpPort}/app/`, streamKey: 'key-clip' })
    await source.start()
    await log.next('media.started')
    await until(() => segmentNames(playlist(media, 'clip')).length >= 6, 'more than one loop', 30_000)
    const text = playlist(media, 'clip')
    expect(text).not.toContain('#EXT-X-DISCONTINUITY\n')
    for (const [, duration] of text.matchAll(/#EXTINF:([\d.]+)/g)) expect(Number(duration)).toBeCloseTo(2, 1)
    source.stop()
    expect((await log.next('session.ended')).end).toBe('unpublished')
  }, 60_000)

  it('rejects when the key is refused', async () => {
    const { media } = await start()
    const source = createTestSource({ url: `rtmp://127.0.0.1:${media.rtmpPort}/app/`, streamKey: 'wrong' })
    await expect(source.start()).rejects.toThrow('refused')
    expect(clipPath).toContain('test-clip.flv')
  })
})
