import { isCode } from './read-files.mjs'

const longestSource = 350
const longestTest = 400

// Put together from parts, so that this file does not name what it looks for.
const unfinished = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`)
const machineFolders = ['home', 'root', 'work', 'Users'].map((name) => `/${name}/`)
const machinePath = new RegExp(`(^|[\\s'"\`(=:,])(file://)?(${machineFolders.join('|')})[\\w.@-]+`)

/** @type {import('../check-workspace.mjs').RuleGroup} */
export const textRules = {
  rules: ['file-size', 'no-unfinished', 'no-machine-path'],
  check({ files }) {
    return files.flatMap((file) => [...checkSize(file), ...checkLines(file)])
  },
}

/**
 * @param {import('./read-files.mjs').SourceFile} file
 * @returns {import('../check-workspace.mjs').Violation[]}
 */
function checkSize(file) {
  if (!isCode(file) && !file.path.endsWith('.css')) return []
  const lines = file.text.trimEnd().split('\n').length
  const limit = file.isTest ? longestTest : longestSource
  if (lines <= limit) return []
  const fix = `${lines} lines, at most ${limit}: look for the second concept and give it a file`
  return [{ rule: 'file-size', file: file.path, line: limit + 1, fix }]
}

/**
 * @param {import('./read-files.mjs').SourceFile} file
 * @returns {import('../check-workspace.mjs').Violation[]}
 */
function checkLines(file) {
  return file.text.split('\n').flatMap((text, index) => {
    const found = []
    const place = { file: file.path, line: index + 1 }
    const word = unfinished.exec(text)?.[0]
    if (word && isCode(file)) {
      found.push({
        ...place,
        rule: 'no-unfinished',
        fix: `${word}: finish it, or open an issue and delete the note`,
      })
    }
    const path = machinePath.exec(text)?.[3]
    if (path) {
      found.push({
        ...place,
        rule: 'no-machine-path',
        fix: `a path under ${path} is one machine's: make it relative`,
      })
    }
    return found
  })
}
