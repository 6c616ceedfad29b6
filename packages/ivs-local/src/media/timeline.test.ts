/// <reference path="./node-media-server.d.ts" />
import { readFile } from 'node:fs/promises'
import Flv from 'node-media-server/src/protocol/flv.js'
import { beforeAll, expect, it } from 'vitest'
import { clipPath } from './encoder.fixture.ts'
import { type MediaUnit, readMediaUnit } from './media-unit.ts'
import type { PackagerCommand } from './packager-protocol.ts'
import { createTimeline } from './timeline.ts'

let units: MediaUnit[]

beforeAll(async () => {
  units = []
  const flv = new Flv()
  flv.onPacketCallback = ({ codec_type, dts, size, data }) => {
    const unit = readMediaUnit(codec_type, dts, data.subarray(0, size))
    if (unit) units.push(unit)
  }
  expect(flv.parserData(await readFile(clipPath))).toBeNull()
})

/** Plays the clip, a few times over, without the units that `isLost` takes away. */
function play(isLost: (unit: MediaUnit, ms: number) => boolean, rounds = 1) {
  const commands: PackagerCommand[] = []
  const warnings: string[] = []
  const timeline = createTimeline({
    send: (command) => commands.push(command),
    onOpen: () => {},
    onWarning: (code) => warnings.push(code),
    onUnusable: (message) => expect.fail(message),
  })
  const length = Math.max(...units.map((unit) => ('dtsMs' in unit ? unit.dtsMs : 0))) + 33
  for (let round = 0; round < rounds; round++) {
    for (const unit of units) {
      if (!('dtsMs' in unit)) {
        if (round === 0) timeline.push(unit)
        continue
      }
      const dtsMs = unit.dtsMs + round * length
      const moved =
        'ptsMs' in unit ? { ...unit, dtsMs, ptsMs: unit.ptsMs + round * length } : { ...unit, dtsMs }
      if (!isLost(moved, dtsMs)) timeline.push(moved)
    }
  }
  const opened = commands.flatMap((command) => (command.type === 'open' ? [command.audio !== null] : []))
  const sent = (type: string) => commands.filter((command) => command.type === type).length
  return { opened, warnings, videos: sent('video'), audios: sent('audio') }
}

const videoCount = () => units.filter(({ kind }) => kind === 'video').length

it('a clip that is whole is one stretch with sound', () => {
  expect(play(() => false)).toMatchObject({ opened: [true], warnings: [], videos: videoCount() })
})

it('a stream whose sound stops goes on without it, and no picture is lost', () => {
  const played = play((unit, ms) => unit.kind === 'audio' && ms > 3000)
  expect(played).toMatchObject({ opened: [true, false], warnings: ['audio_stopped'], videos: videoCount() })
})

it('sound that comes back is heard again from the next key frame on', () => {
  const played = play((unit, ms) => unit.kind === 'audio' && ms > 1000 && ms < 5000, 2)
  expect(played).toMatchObject({ opened: [true, false, true], videos: 2 * videoCount() })
  expect(played.audios).toBeGreaterThan(0)
})

it('an audio header without any sound does not keep a stream from its viewers', () => {
  const played = play((unit) => unit.kind === 'audio')
  expect(played).toMatchObject({ opened: [true, false], audios: 0, videos: videoCount() })
})

it('sound that goes on without a picture is warned of', () => {
  expect(play((unit, ms) => unit.kind === 'video' && ms > 2500, 2).warnings).toContain('video_stopped')
})
