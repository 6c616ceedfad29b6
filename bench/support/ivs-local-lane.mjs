import { endChild, startChild } from './child.mjs'

/**
 * @typedef {object} LaneStream - One stream of a server under test.
 * @property {string} publishPath - Behind `rtmp://host:port`.
 * @property {() => Promise<string[]>} listed - Names of the segments in the playlist now; none when there is no playlist.
 * @property {(name: string) => Promise<Uint8Array>} segment
 */

/**
 * @typedef {object} Lane - A server under test.
 * @property {string} name
 * @property {number} rtmpPort
 * @property {(index: number) => Promise<LaneStream>} newStream
 * @property {() => Record<string, number[]>} processes - Process ids by what they do, encoders not among them.
 * @property {() => Promise<void>} close
 */

/** @typedef {{ channel: { playbackUrl: string }, streamKey: { value: string } }} Created */

/** @returns {Promise<Lane>} */
export async function startIvsLocalLane() {
  const { child, facts } = await startChild(new URL('./ivs-local-server.mjs', import.meta.url))
  return {
    name: 'ivs-local',
    rtmpPort: facts.rtmpPort,
    newStream: async (index) => {
      const answer = await fetch(`${facts.url}/CreateChannel`, {
        method: 'POST',
        headers: { authorization: 'AWS4-HMAC-SHA256 local' },
        body: JSON.stringify({ name: `bench-${index}` }),
      })
      const { channel, streamKey } = /** @type {Created} */ (await answer.json())
      let playlist = ''
      return {
        publishPath: `/app/${streamKey.value}`,
        listed: async () => {
          if (!playlist) {
            const master = await fetch(channel.playbackUrl)
            const text = await master.text()
            if (!master.ok) return []
            const path = text.split('\n').find((line) => line.startsWith('/')) ?? ''
            playlist = `${facts.url}${path}`
          }
          return segmentsOf(await (await fetch(playlist)).text())
        },
        segment: async (name) => (await fetch(`${facts.url}${name}`)).bytes(),
      }
    },
    processes: () => ({ server: [child.pid ?? 0] }),
    close: () => endChild(child),
  }
}

/** @param {string} playlist */
export function segmentsOf(playlist) {
  return playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}
