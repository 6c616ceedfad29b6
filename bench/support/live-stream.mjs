import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastKeyFrameOfSegment } from './key-frame.mjs'
import { createRtmpTap } from './rtmp-tap.mjs'

/** How often a playlist is read while a segment is due. */
const pollMs = 4

/** The first segments of a stream carry what it took to start. */
const warmUpSegments = 2

/**
 * @typedef {object} Sample - One segment, milliseconds.
 * @property {number} sinceLastFrame - From its last frame at the server's door to the playlist that lists it.
 * @property {number} sinceNextKey - The same from the key frame that ends it.
 */

/**
 * Pushes the clip to one stream of a lane and times its segments.
 *
 * @param {import('./ivs-local-lane.mjs').Lane} lane
 * @param {number} index
 * @param {string} clip
 */
export async function pushStream(lane, index, clip) {
  const stream = await lane.newStream(index)
  /** @type {Map<string, import('./rtmp-tap.mjs').Group>} */
  const groups = new Map()
  /** @type {Set<string>} */
  const seen = new Set()
  /** @type {Sample[]} */
  const samples = []
  let isWatching = true
  let isPolling = false
  let firstListedMs = Number.NaN
  let damaged = 0

  // Between two key frames no segment can become complete: only then is there something to wait for, and reading the
  // playlist all the time would be the larger part of a server's work.
  const poll = async () => {
    if (isPolling || !isWatching) return
    isPolling = true
    try {
      while (isWatching && !(await readOnce())) await sleep(pollMs)
    } finally {
      isPolling = false
    }
  }
  const readOnce = async () => {
    const fresh = (await stream.listed()).filter((name) => !seen.has(name))
    const now = performance.now()
    for (const name of fresh) {
      seen.add(name)
      if (seen.size === 1) firstListedMs = now - pushedAt
      if (seen.size <= warmUpSegments) continue
      const group = groups.get(lastKeyFrameOfSegment(await stream.segment(name)) ?? '')
      if (group)
        samples.push({ sinceLastFrame: now - group.lastFrameAt, sinceNextKey: now - group.nextKeyAt })
      else damaged++
    }
    return fresh.length > 0
  }

  const tap = await createRtmpTap(lane.rtmpPort, (group) => {
    groups.set(group.keyFrame, group)
    void poll()
  })
  const quiet = ['-hide_banner', '-loglevel', 'error', '-re', '-stream_loop', '-1']
  const url = `rtmp://127.0.0.1:${tap.port}${stream.publishPath}`
  const pushedAt = performance.now()
  const encoder = spawn('ffmpeg', [...quiet, '-i', clip, '-c', 'copy', '-f', 'flv', url], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const isOver = once(encoder, 'exit')
  return {
    samples,
    encoderPid: encoder.pid ?? 0,
    get firstListedMs() {
      return firstListedMs
    },
    /** Segments that hold no key frame that was sent. */
    get damaged() {
      return damaged
    },
    stopWatching: () => {
      isWatching = false
    },
    stop: async () => {
      isWatching = false
      encoder.kill('SIGKILL')
      await isOver
      await tap.close()
    },
  }
}
