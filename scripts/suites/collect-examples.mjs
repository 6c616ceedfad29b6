import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../setup/paths.mjs'
import { listWorkspaces } from '../setup/workspaces.mjs'

/**
 * @typedef {object} Example
 * @property {string} file - Where it stands, from the root.
 * @property {number} line - Of the opening fence.
 * @property {string} code
 * @property {boolean} isJsx
 */

/**
 * Every fenced `ts` or `tsx` block in the comments of the packages' sources, in READMEs and in `docs/`.
 *
 * @returns {Example[]}
 */
export function collectExamples() {
  const sources = listWorkspaces()
    .filter(({ isPackage }) => isPackage)
    .flatMap(({ folder }) => filesUnder(join(folder, 'src'), /\.tsx?$/))
    .filter((file) => !/\.(test|test-d|fixture)\.tsx?$/.test(file))
  const pages = [
    join(root, 'README.md'),
    ...listWorkspaces().map(({ folder }) => join(folder, 'README.md')),
    ...filesUnder(join(root, 'docs'), /\.md$/).filter((file) => !file.includes(join('docs', 'api'))),
  ].filter((file) => existsSync(file))
  return [
    ...sources.flatMap((file) => fencesOf(file, withoutStars(readFileSync(file, 'utf8')))),
    ...pages.flatMap((file) => fencesOf(file, readFileSync(file, 'utf8'))),
  ]
}

/**
 * Only the comments of a source, each line in its place and without its star.
 *
 * @param {string} text
 */
function withoutStars(text) {
  let inComment = false
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*\/\*\*/.test(line)) inComment = true
      const isComment = inComment
      if (line.includes('*/')) inComment = false
      return isComment ? line.replace(/^\s*(\/\*\*|\*(?!\/)) ?/, '') : ''
    })
    .join('\n')
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Example[]}
 */
function fencesOf(file, text) {
  return [...text.matchAll(/^```(tsx?)\b[^\n]*\n([\s\S]*?)^```/gm)].map((match) => ({
    file: relative(root, file),
    line: text.slice(0, match.index).split('\n').length,
    code: match[2] ?? '',
    isJsx: match[1] === 'tsx',
  }))
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 */
function filesUnder(folder, pattern) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file) && !file.includes('node_modules'))
    .sort()
    .map((file) => join(folder, file))
}
