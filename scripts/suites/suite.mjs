/**
 * @typedef {object} SuiteResult
 * @property {number} passed - Checks or tests that passed.
 * @property {number} failed
 * @property {string} summary - What ran, in a few words.
 * @property {{ label: string, passed: number, failed: number, note?: string }[]} [parts] - Lines below the suite's.
 * @property {string[]} [skipped] - What did not run, each with the reason.
 * @property {string[]} [declared] - Tests that declare why they cannot pass here: printed, and let pass also where all is
 *   required.
 * @property {string} [failure] - What to print when something failed, else the end of the log.
 */

/**
 * @typedef {object} SuiteContext
 * @property {string} node - Path of a Node 24 binary.
 * @property {boolean} isFresh - Packages were installed in this run.
 * @property {string[]} selected - Names of the suites of this run.
 * @property {Map<string, string | null>} missingTools - Programs that are not there, with the reason.
 * @property {Record<string, string>} extraEnvironment - Set by the tools suite: where installed programs are.
 * @property {(command: string, args: readonly string[], options?: RunOptions) => Promise<CommandResult>} run
 *   Runs a program with Node 24 first on PATH and appends its output to the suite's log.
 * @property {(script: string, args?: readonly string[], options?: RunOptions) => Promise<CommandResult>} runNode
 *   Runs a script of node_modules (or an absolute one) by Node 24.
 */

/**
 * @typedef {import('../setup/run-command.mjs').CommandResult} CommandResult
 * @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutSeconds?: number }} RunOptions
 */

/**
 * @typedef {object} Suite
 * @property {string} name - What `npm test -- <name>` takes.
 * @property {string} about - One line for `--list`.
 * @property {readonly string[]} [needs] - Suites that must have passed before.
 * @property {(context: SuiteContext) => Promise<SuiteResult>} run
 */

/** @param {number} count @param {string} noun */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : noun.endsWith('x') ? 'es' : 's'}`
}

/**
 * The result of a suite that is a row of commands, one check each.
 *
 * @param {readonly { label: string, result: CommandResult }[]} checks
 * @param {string} summary
 * @returns {SuiteResult}
 */
export function resultOfCommands(checks, summary) {
  const failed = checks.filter(({ result }) => result.code !== 0)
  return {
    passed: checks.length - failed.length,
    failed: failed.length,
    summary,
    failure: failed.map(({ label, result }) => `${label}\n${result.output.trimEnd()}`).join('\n\n'),
  }
}
