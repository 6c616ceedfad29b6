/// <reference path="./node-media-server.d.ts" />
import { readFile } from 'node:fs/promises'
import Flv from 'node-media-server/src/protocol/flv.js'
import RtmpClient from 'node-media-server/src/protocol/rtmp_client.js'

/** Options of {@link createTestSource}. */
export interface TestSourceOptions {
  /** The server URL without the key, such as `rtmp://127.0.0.1:1935/app/`. */
  readonly url: string
  /** A secret: it goes to the server and nowhere else. */
  readonly streamKey: string
  /** Told when the connection ends without {@link TestSource.stop}. */
  readonly onEnd?: (error: Error | null) => void
}

/** A looped clip, pushed by RTMP in real time as an encoder would. */
export interface TestSource {
  /** Resolves when the server took the key; rejects when it refused or could not be reached. */
  start(): Promise<void>
  /** Says goodbye and disconnects. */
  stop(): void
}

interface Tag {
  readonly codec_type: number
  readonly dts: number
  readonly size: number
  readonly data: Buffer
}

/** The clip lies beside `src` and `dist` alike; the build is flat, the sources are not. */
const clipUrl = import.meta.url.endsWith('.ts')
  ? new URL('../../assets/test-clip.flv', import.meta.url)
  : new URL('../assets/test-clip.flv', import.meta.url)

const scriptTag = 18
/** What one pass of the clip lasts; its script and README say so too. */
const loopMs = 10_000
const tickMs = 20

/** Makes a test source: real RTMP over TCP, so that whatever it proves holds for OBS too. */
export function createTestSource(options: TestSourceOptions): TestSource {
  let client: RtmpClient | null = null
  let timer: NodeJS.Timeout | undefined

  const stop = (graceful: boolean) => {
    clearInterval(timer)
    const leaving = client
    client = null
    if (!leaving?.socket) return
    if (graceful) {
      leaving.sendInvokeMessage(0, {
        cmd: 'deleteStream',
        transId: 0,
        cmdObj: null,
        streamId: leaving.streamId,
      })
      const { socket } = leaving
      socket.end(() => leaving.disconnect())
    } else {
      leaving.disconnect()
    }
  }

  return {
    start: async () => {
      const tags = await readClip()
      const connecting = new RtmpClient()
      client = connecting
      connecting.onErrorCallback = () => {}
      connecting.onCloseCallback = () => {
        if (client !== connecting) return
        stop(false)
        options.onEnd?.(new Error('The server closed the connection.'))
      }
      const base = options.url.replace(/\/+$/, '')
      try {
        await connecting.connect(`${base}/test-source`)
        await connecting.sendConnect()
        await connecting.sendCreateStream()
        await connecting.sendPublish(options.streamKey)
      } catch (cause) {
        stop(false)
        throw new Error('The server refused the test source, or could not be reached.', { cause })
      }
      const startedAt = performance.now()
      const send = pacer(tags, (tag) => connecting.sendPacket(tag))
      timer = setInterval(() => {
        if (client === connecting) send(performance.now() - startedAt)
      }, tickMs)
    },
    stop: () => stop(true),
  }
}

/** Sends every tag whose time has come, loop after loop, with a clock that never goes back. */
function pacer(tags: readonly Tag[], send: (tag: Tag) => void): (elapsedMs: number) => void {
  const isHeader = (tag: Tag) => tag.codec_type !== scriptTag && tag.data[1] === 0
  let index = 0
  let loops = 0
  return (elapsedMs) => {
    for (;;) {
      const tag = tags[index]
      if (!tag || tag.dts + loops * loopMs > elapsedMs) return
      // Headers are sent once: they would be a change of format in the middle of the stream.
      if (loops === 0 || !isHeader(tag)) send({ ...tag, dts: tag.dts + loops * loopMs })
      index++
      if (index === tags.length) {
        index = 0
        loops++
      }
    }
  }
}

async function readClip(): Promise<readonly Tag[]> {
  const tags: Tag[] = []
  const flv = new Flv()
  flv.onPacketCallback = ({ codec_type, dts, size, data }) => {
    if (codec_type !== scriptTag)
      tags.push({ codec_type, dts, size, data: Buffer.from(data.subarray(0, size)) })
  }
  const problem = flv.parserData(await readFile(clipUrl))
  if (problem !== null || tags.length === 0) throw new Error('The clip of the test source is damaged.')
  return tags.filter((tag) => tag.dts < loopMs)
}
