import ts from 'typescript'
import { eachNode, isCode, lineOf } from './read-files.mjs'

/** Casts through `unknown` that a package may hold, where a library's types leave no other way. */
const allowedCasts = 3

/** @type {import('../check-workspace.mjs').RuleGroup} */
export const codeRules = {
  rules: ['no-export-star', 'no-console', 'no-process-env', 'no-skipped-test', 'few-casts'],
  check({ files, workspaces }) {
    const code = files.filter(isCode)
    return [...code.flatMap(checkFile), ...workspaces.flatMap(({ path }) => castsOf(path, code))]
  },
}

/**
 * @param {import('./read-files.mjs').SourceFile} file
 * @returns {import('../check-workspace.mjs').Violation[]}
 */
function checkFile(file) {
  /** @type {import('../check-workspace.mjs').Violation[]} */
  const found = []
  const isLibrary = /^packages\/[^/]+\/src\//.test(file.path) && !file.isTest && !file.path.includes('/bin/')
  const add = (/** @type {ts.Node} */ node, /** @type {string} */ rule, /** @type {string} */ fix) =>
    found.push({ rule, file: file.path, line: lineOf(node), fix })

  eachNode(file, (node) => {
    if (ts.isExportDeclaration(node) && !node.exportClause && file.workspace) {
      add(node, 'no-export-star', 'list the exported names one by one')
    }
    if (isLibrary && readsMember(node, 'console')) {
      add(node, 'no-console', 'a library does not print: take a `logger` option')
    }
    if (isLibrary && readsMember(node, 'process', 'env')) {
      add(node, 'no-process-env', 'a library reads no environment: take an option')
    }
    if (file.isTest && isSkip(node)) {
      add(node, 'no-skipped-test', `\`${node.getText()}\` hides a test: make it run or delete it`)
    }
  })
  return found
}

/**
 * `console.x`, `process.env`, also by `globalThis.`.
 *
 * @param {ts.Node} node
 * @param {string} object
 * @param {string} [member]
 */
function readsMember(node, object, member) {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false
  const target = node.expression
  const isObject =
    (ts.isIdentifier(target) && target.text === object) ||
    (ts.isPropertyAccessExpression(target) && target.getText() === `globalThis.${object}`)
  if (!isObject) return false
  if (!member) return true
  return ts.isPropertyAccessExpression(node)
    ? node.name.text === member
    : node.argumentExpression.getText().includes(member)
}

/** `it.skip`, `describe.only`, `test.todo`, `xit`. @param {ts.Node} node */
function isSkip(node) {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    return /^(xit|xtest|xdescribe|fit|fdescribe)$/.test(node.expression.text)
  }
  return (
    ts.isPropertyAccessExpression(node) &&
    /^(skip|only|todo|fails)$/.test(node.name.text) &&
    /(^|\.)(it|test|describe|suite|bench)(\.\w+)*$/.test(node.expression.getText())
  )
}

/**
 * @param {string} workspace
 * @param {readonly import('./read-files.mjs').SourceFile[]} code
 */
function castsOf(workspace, code) {
  /** @type {import('../check-workspace.mjs').Violation[]} */
  const casts = []
  for (const file of code.filter((one) => one.workspace === workspace)) {
    eachNode(file, (node) => {
      if (!ts.isAsExpression(node) || !ts.isAsExpression(node.expression)) return
      if (node.expression.type.kind !== ts.SyntaxKind.UnknownKeyword) return
      const fix = `more than ${allowedCasts} casts through unknown in ${workspace}: narrow by a check or a schema`
      casts.push({ rule: 'few-casts', file: file.path, line: lineOf(node), fix })
    })
  }
  return casts.slice(allowedCasts)
}
