// A plot of cost against viewers as SVG, both axes logarithmic.

const width = 760
const height = 420
const margin = { left: 64, right: 210, top: 28, bottom: 48 }
const colors = ['#1f5fa8', '#7aa6d6', '#2a8c5a', '#c0392b', '#e08a3c', '#6b6b6b']

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {readonly (readonly [viewers: number, dollars: number])[]} points
 */

/**
 * @param {string} title
 * @param {readonly Line[]} lines
 * @param {{ viewers: readonly [number, number], dollars: readonly [number, number] }} range
 */
export function plot(title, lines, range) {
  const x = scale(range.viewers, margin.left, width - margin.right)
  const y = scale(range.dollars, height - margin.bottom, margin.top)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin.left}" y="18" font-size="14" font-weight="600">${title}</text>`,
    ...powersOfTen(range.viewers).map((value) =>
      tick(
        `M${x(value)} ${margin.top}V${height - margin.bottom}`,
        x(value),
        height - margin.bottom + 18,
        'middle',
        value.toLocaleString('en'),
      ),
    ),
    ...powersOfTen(range.dollars).map((value) =>
      tick(
        `M${margin.left} ${y(value)}H${width - margin.right}`,
        margin.left - 8,
        y(value) + 4,
        'end',
        `$${value.toLocaleString('en')}`,
      ),
    ),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 10}" text-anchor="middle">average concurrent viewers</text>`,
    ...lines.flatMap(({ name, points }, index) => {
      const color = colors[index % colors.length]
      const path = points
        .map(([viewers, dollars], at) => `${at === 0 ? 'M' : 'L'}${x(viewers)} ${y(dollars)}`)
        .join('')
      const labelAt = margin.top + 14 + index * 20
      const left = width - margin.right + 14
      return [
        `<path d="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
        `<path d="M${left} ${labelAt - 4}h18" stroke="${color}" stroke-width="3"/>`,
        `<text x="${left + 24}" y="${labelAt}">${name}</text>`,
      ]
    }),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

/** @param {string} path @param {number} left @param {number} top @param {string} anchor @param {string} text */
function tick(path, left, top, anchor, text) {
  return `<path d="${path}" stroke="#e3e3e3"/><text x="${left}" y="${top}" text-anchor="${anchor}" fill="#555">${text}</text>`
}

/** @param {readonly [number, number]} domain @param {number} from @param {number} to */
function scale([low, high], from, to) {
  const span = Math.log10(high) - Math.log10(low)
  return (/** @type {number} */ value) =>
    Number((from + ((Math.log10(value) - Math.log10(low)) / span) * (to - from)).toFixed(1))
}

/** @param {readonly [number, number]} range */
function powersOfTen([low, high]) {
  const first = Math.ceil(Math.log10(low) - 1e-9)
  const last = Math.floor(Math.log10(high) + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
}
