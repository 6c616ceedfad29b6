import ts from 'typescript'
import { eachNode, lineOf } from './read-files.mjs'

/**
 * @typedef {object} Import
 * @property {string} specifier - As written.
 * @property {boolean} isTypeOnly - True when nothing of it is left at run time.
 * @property {number} line
 */

/**
 * Everything a file imports or re-exports: statements, `import()` and `import('x').Type`.
 *
 * @param {import('./read-files.mjs').SourceFile} file
 * @returns {Import[]}
 */
export function importsOf(file) {
  /** @type {Import[]} */
  const found = []
  const add = (
    /** @type {ts.Node} */ node,
    /** @type {ts.Node | undefined} */ target,
    isTypeOnly = false,
  ) => {
    if (target && ts.isStringLiteralLike(target))
      found.push({ specifier: target.text, isTypeOnly, line: lineOf(node) })
  }
  eachNode(file, (node) => {
    // `import { type A } from 'x'` keeps an import of x for its side effects: only `import type` is types alone.
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier, node.importClause?.isTypeOnly)
    if (ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, node.isTypeOnly)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node, node.arguments[0])
  })
  return found
}

/**
 * The package of a specifier: `@stagedoor/streaming-core` of `@stagedoor/streaming-core/client`.
 *
 * @param {string} specifier
 */
export function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
