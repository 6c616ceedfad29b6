import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/**
 * @typedef {object} SourceFile
 * @property {string} path - From the root, with forward slashes.
 * @property {string} text
 * @property {string | null} workspace - `packages/streaming-core`, or null outside of packages and examples.
 * @property {boolean} isTest - A test, a type test, a fixture or part of an end-to-end test.
 * @property {() => ts.SourceFile} parse - Of code; parsed once.
 */

const generated = new Set([
  'node_modules',
  'dist',
  '.git',
  '.cache',
  '.stagedoor',
  'coverage',
  '.next',
  '__fixtures__',
])
const textFile = /\.(m?[jt]sx?|json|md|css|html|ya?ml|sh|sql)$|^run$/
const code = /\.(m?[jt]sx?)$/

/**
 * Every text file of the repository that a person writes.
 *
 * @param {string} root
 * @returns {SourceFile[]}
 */
export function readFiles(root) {
  return walk(root, '').map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    /** @type {ts.SourceFile | undefined} */
    let parsed
    return {
      path,
      text,
      workspace: /^((packages|examples)\/[^/]+)\//.exec(path)?.[1] ?? null,
      isTest: /\.(test|test-d|fixture|e2e)\.m?[jt]sx?$|\/e2e\//.test(path),
      parse() {
        parsed ??= ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
        return parsed
      },
    }
  })
}

/** @param {SourceFile} file */
export function isCode(file) {
  return code.test(file.path) && !file.path.endsWith('.d.ts')
}

/**
 * @param {ts.Node} node
 * @returns {number} Line number, from 1.
 */
export function lineOf(node) {
  const file = node.getSourceFile()
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
}

/**
 * Calls `visit` on every node of a file.
 *
 * @param {SourceFile} file
 * @param {(node: ts.Node) => void} visit
 */
export function eachNode(file, visit) {
  const walkNode = (/** @type {ts.Node} */ node) => {
    visit(node)
    ts.forEachChild(node, walkNode)
  }
  walkNode(file.parse())
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function walk(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (generated.has(entry.name) || path === 'docs/api' || path === 'package-lock.json') return []
      if (entry.isDirectory()) return walk(root, path)
      return entry.isFile() && textFile.test(entry.name) ? [path] : []
    })
}
