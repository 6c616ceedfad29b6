/** A failure of the setup that a person can act on. */
export class SetupError extends Error {
  /**
   * @param {string} message - What happened.
   * @param {string} fix - What to do.
   * @param {string} [details] - The last output of the program that failed.
   */
  constructor(message, fix, details = '') {
    super(message)
    this.name = 'SetupError'
    this.fix = fix
    this.details = details
  }
}

/** @type {readonly [RegExp, string][]} */
const causes = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|network/i,
    'npm could not reach its registry. Check the connection and the proxy settings (npm ping), then run again.',
  ],
  [/ENOSPC|no space left/i, 'The disk is full. Free about 1.5 GB and run again.'],
  [
    /EACCES|EPERM|EROFS/,
    'A file may not be written. Check who owns this folder and the npm cache (npm config get cache).',
  ],
  [
    /can only install packages when.*in sync|EUSAGE/s,
    'package-lock.json does not fit package.json. Run `npm install` and commit the lock file.',
  ],
  [
    /ENOTEMPTY|EBUSY/,
    'Another program holds files in node_modules. Stop it, delete node_modules and run again.',
  ],
  [/EINTEGRITY/, 'A download was damaged. Run `npm cache clean --force`, then run again.'],
  [/E40[134]|ETARGET/, 'The registry does not serve that version. Check `npm config get registry`.'],
]

/**
 * @param {string} what - What did not work.
 * @param {{ output: string, code: number }} result
 */
export function explainNpmFailure(what, result) {
  const fix = causes.find(([pattern]) => pattern.test(result.output))?.[1]
  return new SetupError(
    `${what} (npm ended with code ${result.code}).`,
    fix ?? 'Read the output above, put it right and run again.',
    tail(result.output, 20),
  )
}

/**
 * @param {string} text
 * @param {number} lines
 */
export function tail(text, lines) {
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}

/**
 * Prints a failure for a person and ends the process; anything unexpected keeps its stack.
 *
 * @param {unknown} error
 * @returns {never}
 */
export function exitWith(error) {
  if (error instanceof SetupError) {
    if (error.details) console.error(`\n${error.details}`)
    console.error(`\n${error.message}\n${error.fix}`)
  } else {
    console.error(error)
  }
  process.exit(1)
}
