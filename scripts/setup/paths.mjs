import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** What the scripts keep between runs and may be deleted at any time. */
export const cache = join(root, '.cache')

/** Stamps live inside node_modules, so that an install, which begins by deleting it, takes them along. */
export const stamps = join(root, 'node_modules', '.stagedoor')

/** Full output of each suite of the last `npm test`. */
export const testLogs = join(cache, 'test-logs')
