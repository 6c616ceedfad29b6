// Frame-to-playlist time and processor time of ivs-local beside node-media-server with ffmpeg, in one run.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { buildPackages } from '../scripts/setup/build-packages.mjs'
import { makeClip } from './support/clip.mjs'
import { machine, median, percentile, table } from './support/figures.mjs'
import { startIvsLocalLane } from './support/ivs-local-lane.mjs'
import { pushStream } from './support/live-stream.mjs'
import { startPeerLane } from './support/peer-lane.mjs'
import { cpuSeconds, residentMegabytes } from './support/process-usage.mjs'

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '1,4' },
    segments: { type: 'string', default: '24' },
    'cpu-seconds': { type: 'string', default: '40' },
  },
})
const segmentSeconds = 2
const wantedSegments = Number(values.segments)
const cpuWindowSeconds = Number(values['cpu-seconds'])

/** @typedef {Awaited<ReturnType<typeof pushStream>>} LiveStream */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {number[]} sinceLastFrame
 * @property {number[]} sinceNextKey
 * @property {number} firstListedMs
 * @property {number} damaged
 * @property {Record<string, number>} cpu - Per cent of a core and stream, by what the process does.
 * @property {number} encoderCpu
 * @property {number} megabytes
 */

console.log(machine())
const builds = await buildPackages(process.execPath)
const broken = builds.find(({ outcome }) => outcome === 'failed')
if (broken) throw new Error(`${broken.path} did not build:\n${broken.output}`)
const clip = await makeClip()
for (const count of values.streams.split(',').map(Number)) print(count, await measure(count))

/**
 * Runs both servers at the same time, so that whatever else the machine does slows both.
 *
 * @param {number} count - Streams to each.
 * @returns {Promise<Result[]>}
 */
async function measure(count) {
  const lanes = [await startIvsLocalLane(), await startPeerLane(segmentSeconds)]
  /** @type {LiveStream[][]} */
  const streams = lanes.map(() => [])
  try {
    for (let index = 0; index < count; index++) {
      for (const [at, lane] of lanes.entries()) {
        streams[at]?.push(await pushStream(lane, index, clip))
        // Real encoders do not send their key frames at the same moment.
        await sleep((segmentSeconds * 1000) / (count * lanes.length))
      }
    }
    const all = streams.flat()
    const deadline = performance.now() + (wantedSegments + 15) * segmentSeconds * 1000
    while (all.some(({ samples }) => samples.length < wantedSegments)) {
      if (performance.now() > deadline) throw new Error('Segments stopped coming.')
      await sleep(100)
    }
    for (const stream of all) stream.stopWatching()
    await sleep(1000)
    const usage = await cpuOf(lanes, streams)
    return lanes.map((lane, at) => {
      const own = streams[at] ?? []
      const samples = own.flatMap((stream) => stream.samples.slice(0, wantedSegments))
      return {
        name: lane.name,
        sinceLastFrame: samples.map((sample) => sample.sinceLastFrame),
        sinceNextKey: samples.map((sample) => sample.sinceNextKey),
        firstListedMs: median(own.map((stream) => stream.firstListedMs)),
        damaged: own.reduce((sum, stream) => sum + stream.damaged, 0),
        megabytes: Object.values(lane.processes())
          .flat()
          .map(residentMegabytes)
          .reduce((a, b) => a + b, 0),
        ...(usage[at] ?? { cpu: {}, encoderCpu: Number.NaN }),
      }
    })
  } finally {
    await Promise.all(streams.flat().map((stream) => stream.stop()))
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}

/**
 * Processor time of each lane over one window, while nobody reads a playlist.
 *
 * @param {readonly import('./support/ivs-local-lane.mjs').Lane[]} lanes
 * @param {readonly LiveStream[][]} streams
 */
async function cpuOf(lanes, streams) {
  const read = () =>
    lanes.map((lane, at) => ({
      encoders: total(streams[at]?.map(({ encoderPid }) => encoderPid) ?? []),
      parts: Object.entries(lane.processes()).map(([part, pids]) => ({ part, seconds: total(pids) })),
    }))
  const total = (/** @type {number[]} */ pids) => pids.map(cpuSeconds).reduce((sum, one) => sum + one, 0)
  const begin = performance.now()
  const before = read()
  await sleep(cpuWindowSeconds * 1000)
  const after = read()
  const seconds = (performance.now() - begin) / 1000
  const share = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ at) =>
    ((to - from) / seconds / (streams[at]?.length ?? 1)) * 100
  return lanes.map((_, at) => ({
    cpu: Object.fromEntries(
      after[at]?.parts.map(({ part, seconds: used }, index) => [
        part,
        share(before[at]?.parts[index]?.seconds ?? 0, used, at),
      ]) ?? [],
    ),
    encoderCpu: share(before[at]?.encoders ?? 0, after[at]?.encoders ?? 0, at),
  }))
}

/**
 * @param {number} count
 * @param {readonly Result[]} results
 */
function print(count, results) {
  const [ours, peer] = results
  if (!ours || !peer) return
  const row = (
    /** @type {string} */ label,
    /** @type {(result: Result) => number} */ read,
    /** @type {number} */ digits,
  ) => [label, ...results.map((result) => read(result).toFixed(digits)), (read(ours) / read(peer)).toFixed(2)]
  const cpu = (/** @type {Result} */ { cpu: parts }) =>
    Object.values(parts).reduce((sum, one) => sum + one, 0)
  const split = (/** @type {Result} */ { cpu: parts }) =>
    Object.entries(parts)
      .map(([part, share]) => `${part} ${share.toFixed(1)}`)
      .join(' + ')
  console.log(
    `\n${count} stream${count > 1 ? 's' : ''} of 720p30 to each, ${ours.sinceLastFrame.length} segments each\n`,
  )
  console.log(
    table([
      ['', ours.name, peer.name, 'ratio'],
      row('last frame to playlist, median ms', (one) => median(one.sinceLastFrame), 0),
      row('last frame to playlist, p95 ms', (one) => percentile(one.sinceLastFrame, 95), 0),
      row('next key frame to playlist, median ms', (one) => median(one.sinceNextKey), 1),
      row('next key frame to playlist, p95 ms', (one) => percentile(one.sinceNextKey, 95), 1),
      row('encoder started to first playlist, ms', (one) => one.firstListedMs, 0),
      row('processor per stream, % of a core', cpu, 2),
      row('memory of all its processes, MB', (one) => one.megabytes, 0),
    ]),
  )
  console.log(`\nprocessor split: ${results.map((one) => `${one.name}: ${split(one)}`).join('; ')}`)
  console.log(`encoders, not counted: ${results.map((one) => one.encoderCpu.toFixed(1)).join(' and ')} %`)
  for (const { name, damaged } of results) {
    if (damaged > 0) console.log(`${name}: ${damaged} segments hold no key frame that was sent`)
  }
}
