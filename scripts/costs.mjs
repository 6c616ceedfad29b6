// Writes docs/COSTS.md and its plots from the price books; with --check it only tells whether they are up to date.
// Run: node --conditions=@stagedoor/source scripts/costs.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asOf, atBitrate, breakEven, cents, qualities, recording, sources, ways } from './costs/figures.mjs'
import { plot } from './costs/plot.mjs'
import { root } from './setup/paths.mjs'

/**
 * @typedef {import('./costs/figures.mjs').Way} Way
 * @typedef {import('./costs/figures.mjs').Quality} Quality
 */

const names = { sd: 'SD (480p)', hd: 'HD (720p)', fhd: 'Full HD (1080p)' }
const { channel, standard, stage, ship, scale, own } = ways
const audiences = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

const dollars = (/** @type {number | null} */ value) =>
  value === null ? 'not possible' : `$${(value / 100).toFixed(2)}`
/**
 * A table of Markdown with its columns aligned.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly unknown[])[]} body
 */
function table(head, body) {
  const rows = [head, ...body].map((cells) => cells.map(String))
  const widths = head.map((_, column) => Math.max(3, ...rows.map((cells) => cells[column]?.length ?? 0)))
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [first = [], ...rest] = rows
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n')
}

/** @type {Map<string, string>} */
const files = new Map()
for (const quality of qualities) {
  const lines = [channel, standard, stage, ship, scale, own].flatMap((way) => {
    const points = audiences.flatMap((viewers) => {
      const value = cents(way, { expectedViewers: viewers, quality })
      return value === null ? [] : [/** @type {const} */ ([viewers, Math.max(value, 1) / 100])]
    })
    return points.length === 0 || (way === standard && quality === 'fhd') ? [] : [{ name: way.name, points }]
  })
  const title = `Cost of an hour in ${names[quality]}`
  files.set(`docs/costs-${quality}.svg`, plot(title, lines, { viewers: [1, 10_000], dollars: [0.01, 2500] }))
}
files.set('docs/COSTS.md', page())

const stale = [...files].filter(([file, text]) => {
  const path = join(root, file)
  return !existsSync(path) || readFileSync(path, 'utf8') !== text
})
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is not what the price books say: run npm run costs`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const [file, text] of stale) writeFileSync(join(root, file), text)
  console.log(`${stale.length} of ${files.size} files written`)
}

function page() {
  const five = [channel, stage, ship, scale]
  const thousand = qualities.flatMap((quality) =>
    [1, 2, 4].map((durationHours) => [
      names[quality],
      durationHours,
      ...five.map((way) => dollars(cents(way, { quality, durationHours }))),
    ]),
  )
  /** @type {readonly (readonly [string, Way, Way])[]} */
  const pairs = [
    ['LiveKit Ship and the cheapest channel', ship, channel],
    ['LiveKit Ship and a STANDARD channel', ship, standard],
    ['LiveKit Scale and the cheapest channel', scale, channel],
    ['LiveKit Scale and a STANDARD channel', scale, standard],
  ]
  const crossings = pairs.map(([name, below, above]) => [
    name,
    ...qualities.map((quality) => {
      const found = breakEven(below, above, quality)
      return `${found.withHost} (${found.withoutHost})`
    }),
  ])
  const four = (/** @type {Way} */ way, /** @type {Quality} */ quality = 'hd') =>
    cents(way, { durationHours: 4, quality })
  const saved = (/** @type {Way} */ way, /** @type {Quality} */ quality) => {
    const [ours, theirs] = [four(channel, quality) ?? 0, four(way, quality) ?? 1]
    return `${((1 - ours / theirs) * 100).toFixed(1)} %`
  }
  const crossing = (
    /** @type {Way} */ below,
    /** @type {Way} */ above,
    /** @type {Partial<import('@stagedoor/streaming-core').StreamPlan>} */ change = {},
  ) => {
    const { withHost, withoutHost } = breakEven(below, above, 'hd', change)
    return withoutHost === 0 ? 'none' : `${withHost} (${withoutHost})`
  }
  const against = (
    /** @type {string} */ name,
    /** @type {Way} */ cheapest,
    /** @type {Way} */ best,
    /** @type {readonly [Way, Way]} */ [onShip, onScale],
    change = {},
  ) => [
    name,
    crossing(onShip, cheapest, change),
    crossing(onShip, best, change),
    crossing(onScale, cheapest, change),
    crossing(onScale, best, change),
  ]
  /** @type {readonly [Way, Way]} */
  const usual = [ship, scale]
  const moved = [
    against('as above', channel, standard, usual),
    against('recorded', recording.channel, recording.standard, usual, { record: true }),
    against('recorded, from OBS', recording.channel, recording.standard, usual, {
      record: true,
      method: 'obs',
    }),
    ...[1.2, 2.43, 3.5].map((rate) =>
      against(`${rate} Mbit/s a viewer`, channel, standard, [
        atBitrate('ship', rate),
        atBitrate('scale', rate),
      ]),
    ),
  ]
  const stageAtSd = breakEven(stage, channel, 'sd')
  return `# What a stream costs

Every figure on this page is made by \`npm run costs\` from the price books of the adapters, and \`npm test\` fails when they
differ. Prices of IVS as of ${asOf.ivs}, of LiveKit Cloud as of ${asOf.livekit}.

- IVS: ${sources.ivs}
- LiveKit: ${sources.livekit}

What is assumed: list prices in North America and Europe, first volume tier up to 10,000 viewer-hours a month; LiveKit
beyond its included quota and without the plan's fee; every viewer at the quality named, for the whole time; no recording;
no taxes. The limits of a plan are lifted here, so that prices can be compared beyond them: Ship ends at 1,000 participants
at once, the host included, Scale at 5,000, a stage at 720p and 10,000 viewers. Prices that stand on one weak source are
marked in the quotes: the input of ADVANCED_SD, and SD and Full HD outside of North America and Europe. Pass \`priceBook\`,
\`viewerRegions\`, \`usedViewerHours\` and \`includedLeft\` to get your own figures.

## 1,000 viewers

${table(['quality', 'hours', ...five.map(({ name }) => name)], thousand)}

A stage and LiveKit count the host's own connection: 7 cents and 3 cents an hour in these figures.

## By audience, for an hour

![Cost of an hour in SD](costs-sd.svg)

![Cost of an hour in HD](costs-hd.svg)

![Cost of an hour in Full HD](costs-fhd.svg)

## Where the prices cross

Up to this average audience LiveKit is the cheaper one, above it the IVS channel; in brackets without the host's own
connection to LiveKit, as tables of prices per viewer count it.

${table(['', ...qualities.map((quality) => names[quality])], crossings)}

These are the last whole audiences at which LiveKit is not dearer. Tables that round to the nearest viewer, or leave out the
host's connection for some rows, differ by one. What else moves them, at HD, where "none" means that the channel is the
cheaper one for any audience:

${table(['', 'Ship, cheapest', 'Ship, STANDARD', 'Scale, cheapest', 'Scale, STANDARD'], moved)}

A stage is cheaper than a channel at HD for any audience, and at SD up to ${stageAtSd.withHost} (${stageAtSd.withoutHost}) viewers. LiveKit bills a connection
by the started minute, also while nobody sends: neither is in these figures, nor in the meter of a running stream.

So there is no one threshold: "50 viewers" is right for one of these twelve. \`choose()\` computes it for each stream from the
plan, the quota that is left, the quality, the region and the watch share. Inside LiveKit's included quota LiveKit costs
nothing more, and the channel never wins on price. A platform that wants a fixed rule sets \`policy.broadcastAbove\`.

## "$500 on LiveKit, $100 to $150 on IVS"

- **$500 is right for one case**: 1,000 viewers for 4 hours at 720p on LiveKit Ship are ${dollars(four(ship))}
  (${dollars(four(scale))} on Scale). Ship's limit of 1,000 participants refuses exactly this event.
- **$100 to $150 for the same case is wrong**: the IVS channel is ${dollars(four(channel))}. ${dollars(four(channel, 'sd'))} is 480p, and
  ${dollars(cents(channel, { durationHours: 2 }))} are 2 hours.
- Like for like the channel saves ${saved(ship, 'hd')} against Ship and ${saved(scale, 'hd')} against Scale at HD, ${saved(ship, 'sd')} and
  ${saved(scale, 'sd')} at SD, ${saved(ship, 'fhd')} and ${saved(scale, 'fhd')} at Full HD.
- **A stream is not cheap because IVS bills by the stream**: at 1,000 viewers nearly all of the bill is viewer-hours.
- A stage costs the same at 720p as a channel, with a tenth of the delay. What speaks for a channel is 1080p, devices
  without WebRTC, recording without a fee, OBS, and more than 10,000 viewers.
`
}
