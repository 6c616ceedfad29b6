/// <reference path="./node-media-server.d.ts" />
import { readFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Flv from 'node-media-server/src/protocol/flv.js'
import { afterEach, expect, it } from 'vitest'
import { clipPath, until } from './encoder.fixture.ts'
import { type MediaUnit, readMediaUnit } from './media-unit.ts'
import { createPackager, type Packager } from './packager.ts'
import type { PackagerReport } from './packager-protocol.ts'
import { createTimeline } from './timeline.ts'

const packagers: Packager[] = []

afterEach(async () => {
  for (const packager of packagers.splice(0)) await packager.terminate()
})

/** What an encoder sends, in its order. */
async function clipUnits(): Promise<MediaUnit[]> {
  const units: MediaUnit[] = []
  const flv = new Flv()
  flv.onPacketCallback = ({ codec_type, dts, size, data }) => {
    const unit = readMediaUnit(codec_type, dts, data.subarray(0, size))
    if (unit) units.push(unit)
  }
  expect(flv.parserData(await readFile(clipPath))).toBeNull()
  return units
}

it('does not hold back what completes a segment: a key frame and the sound that goes with it', async () => {
  const reports: PackagerReport[] = []
  const packager = createPackager({ segmentSeconds: 2, onReport: (report) => reports.push(report) })
  packagers.push(packager)
  const timeline = createTimeline({
    send: packager.send,
    onOpen: () => {},
    onWarning: () => {},
    onUnusable: (message) => expect.fail(message),
  })
  const keys: number[] = []
  for (const unit of await clipUnits()) {
    timeline.push(unit)
    // Each unit comes in a turn of its own, as over a network.
    await nextTurn()
    if (unit.kind === 'video' && unit.isKey) keys.push(unit.ptsMs)
    if (unit.kind === 'audio' && unit.dtsMs >= (keys[1] ?? Number.POSITIVE_INFINITY)) break
  }
  expect(keys).toHaveLength(2)
  const segment = await until(() => reports.find((report) => report.type === 'segment'), 'a segment')
  expect(segment.durationSeconds).toBeCloseTo(2, 1)
})
