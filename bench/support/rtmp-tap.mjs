import { once } from 'node:events'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import { keyFrameOfMessage } from './key-frame.mjs'

// The RTMP parser that ivs-local depends on too.
const requireFromIvsLocal = createRequire(new URL('../../packages/ivs-local/package.json', import.meta.url))
const Rtmp = requireFromIvsLocal('node-media-server/src/protocol/rtmp.js')

const video = 9

/**
 * @typedef {object} Group - A key frame and the frames up to the next one: what a segment is made of.
 * @property {string} keyFrame - Its name.
 * @property {number} lastFrameAt - When the last byte of its last frame had come from the encoder.
 * @property {number} nextKeyAt - When the last byte of the key frame after it had come.
 */

/**
 * @typedef {object} Tap
 * @property {number} port
 * @property {() => Promise<void>} close
 */

/**
 * A TCP relay between an encoder and an RTMP server. It passes every byte on at once and only then reads along, to know
 * when each frame came. Times are milliseconds of `performance.now()`.
 *
 * @param {number} rtmpPort - Of the server.
 * @param {(group: Group) => void} onGroup - Told when a group is complete.
 * @returns {Promise<Tap>}
 */
export async function createRtmpTap(rtmpPort, onGroup) {
  const server = createServer((encoder) => {
    const upstream = connect(rtmpPort, '127.0.0.1')
    const parser = new Rtmp()
    let keyFrame = ''
    let lastFrameAt = 0
    parser.dataHandler = () => {
      const { header, payload } = parser.parserPacket
      if (header.type !== video || payload[1] !== 1) return
      const now = performance.now()
      const name = keyFrameOfMessage(payload.subarray(0, header.length))
      if (name) {
        if (keyFrame) onGroup({ keyFrame, lastFrameAt, nextKeyAt: now })
        keyFrame = name
      }
      lastFrameAt = now
    }
    for (const socket of [encoder, upstream]) {
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
    }
    upstream.pipe(encoder)
    encoder.on('data', (chunk) => {
      upstream.write(chunk)
      parser.parserData(chunk)
    })
    encoder.on('close', () => upstream.destroySoon())
    upstream.on('close', () => encoder.destroySoon())
    sockets.add(encoder)
  })
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: address && typeof address === 'object' ? address.port : 0,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
