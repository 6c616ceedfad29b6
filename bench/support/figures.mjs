import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'

/** @param {readonly number[]} values */
export function median(values) {
  return percentile(values, 50)
}

/**
 * The smallest value that `percent` of the values do not exceed; NaN of none.
 *
 * @param {readonly number[]} values
 * @param {number} percent
 */
export function percentile(values, percent) {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

/**
 * Lines up a table for a terminal: the first column to the left, figures to the right.
 *
 * @param {readonly (readonly string[])[]} rows - The first one is the heading.
 */
export function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (/** @type {readonly string[]} */ row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd()
  const [heading = [], ...body] = rows
  return [line(heading), widths.map((width) => '-'.repeat(width)).join('   '), ...body.map(line)].join('\n')
}

/** What the figures were measured on. */
export function machine() {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const ffmpeg = execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split(' ')[2]
  const load = loadavg()[0]?.toFixed(2)
  return `${availableParallelism()} cores of ${model}, Node ${process.versions.node}, ffmpeg ${ffmpeg}, load before ${load}`
}
