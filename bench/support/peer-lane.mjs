import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endChild, startChild } from './child.mjs'
import { segmentsOf } from './ivs-local-lane.mjs'

/**
 * node-media-server with an `ffmpeg -c copy` behind each stream. Its playlists are read from the disk they are written
 * to, so it is charged for no HTTP at all.
 *
 * @param {number} segmentSeconds
 * @returns {Promise<import('./ivs-local-lane.mjs').Lane>}
 */
export async function startPeerLane(segmentSeconds) {
  const folder = await mkdtemp(join(tmpdir(), 'stagedoor-bench-'))
  const { child, facts } = await startChild(new URL('./peer-server.mjs', import.meta.url), [
    folder,
    String(segmentSeconds),
  ])
  /** @type {number[]} */
  const segmenters = []
  child.on('message', (/** @type {{ segmenter?: number }} */ message) => {
    if (message.segmenter) segmenters.push(message.segmenter)
  })
  return {
    name: 'node-media-server + ffmpeg',
    rtmpPort: facts.rtmpPort,
    newStream: async (index) => ({
      publishPath: `/live/bench-${index}`,
      listed: async () =>
        segmentsOf(await readFile(join(folder, `bench-${index}`, 'index.m3u8'), 'utf8').catch(() => '')),
      segment: (name) => readFile(join(folder, `bench-${index}`, name)),
    }),
    processes: () => ({ server: [child.pid ?? 0], segmenter: segmenters }),
    close: async () => {
      await endChild(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
