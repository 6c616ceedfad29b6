// The rules of the repository that no other tool checks. Prints one line a violation: file:line, rule, how to fix it.
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './setup/paths.mjs'
import { listWorkspaces } from './setup/workspaces.mjs'
import { arrowRules } from './workspace-rules/arrows.mjs'
import { codeRules } from './workspace-rules/code.mjs'
import { lockRules } from './workspace-rules/lock.mjs'
import { manifestRules } from './workspace-rules/manifest.mjs'
import { readFiles } from './workspace-rules/read-files.mjs'
import { releaseRules } from './workspace-rules/release.mjs'
import { textRules } from './workspace-rules/text.mjs'

/**
 * @typedef {import('./workspace-rules/read-files.mjs').SourceFile} SourceFile
 * @typedef {import('./setup/workspaces.mjs').Workspace} Workspace
 */

/**
 * @typedef {object} Violation
 * @property {string} rule
 * @property {string} file - From the root.
 * @property {number} [line] - 1 when the whole file is meant.
 * @property {string} fix - What is wrong and what to do, in one line.
 */

/**
 * @typedef {object} RuleGroup
 * @property {readonly string[]} rules - Names of the rules it checks.
 * @property {(repository: Repository) => Violation[]} check
 */

/**
 * @typedef {object} Repository
 * @property {string} root
 * @property {Workspace[]} workspaces
 * @property {SourceFile[]} files - Every text file that is not generated.
 */

/** @type {readonly RuleGroup[]} */
const groups = [arrowRules, codeRules, textRules, manifestRules, releaseRules, lockRules]

/**
 * Checks every rule over a repository.
 *
 * @param {string} base - Its root folder.
 */
export function checkWorkspace(base) {
  /** @type {Repository} */
  const repository = { root: base, workspaces: listWorkspaces(base), files: readFiles(base) }
  const violations = groups
    .flatMap((group) => group.check(repository))
    .map((violation) => ({
      ...violation,
      line: `${violation.file}:${violation.line ?? 1}  ${violation.rule}  ${violation.fix}`,
    }))
    .sort((left, right) => (left.line < right.line ? -1 : 1))
  return { violations, files: repository.files.length, rules: groups.flatMap((group) => group.rules) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const base = process.argv[2] ?? root
  const { violations, files, rules } = checkWorkspace(base)
  for (const { line } of violations) console.log(line)
  const where = relative(process.cwd(), base) || '.'
  console.log(`${rules.length} rules, ${files} files in ${where}, ${violations.length} violations`)
  process.exitCode = violations.length > 0 ? 1 : 0
}
