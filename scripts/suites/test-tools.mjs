import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from '../setup/paths.mjs'

/**
 * Programs that tests need and npm does not bring.
 *
 * @typedef {object} TestTool
 * @property {string} name
 * @property {readonly string[]} probe - A command that succeeds where the program is there.
 * @property {string} [folder] - Where it is when not on PATH.
 * @property {{ apt: readonly string[] } | { go: string, builds: string }} from
 * @property {string} [onlyWith] - Needed once this package exists.
 * @property {readonly string[]} neededFor - Suites, or `unit:` and a workspace.
 */

export const goBinaries = join(cache, 'toolchain', 'go')

/** @type {readonly TestTool[]} */
export const testTools = [
  {
    name: 'ffmpeg',
    probe: ['ffmpeg', '-version'],
    from: { apt: ['ffmpeg'] },
    neededFor: ['unit:packages/ivs-local', 'e2e'],
  },
  {
    name: 'chromium',
    probe: ['chromium', '--version'],
    from: { apt: ['chromium'] },
    neededFor: ['unit:packages/livekit-adapter', 'e2e'],
  },
  {
    name: 'postgres',
    probe: ['postgres', '--version'],
    folder: newestPostgres(),
    from: { apt: ['postgresql'] },
    onlyWith: 'packages/persistence-postgres',
    neededFor: ['unit:packages/persistence-postgres'],
  },
  {
    name: 'redis-server',
    probe: ['redis-server', '--version'],
    from: { apt: ['redis-server'] },
    onlyWith: 'packages/event-bus-redis',
    neededFor: ['unit:packages/event-bus-redis'],
  },
  {
    name: 'livekit-server',
    probe: ['livekit-server', '--version'],
    folder: goBinaries,
    from: { go: 'github.com/livekit/livekit-server/cmd/server@v1.13.5', builds: 'server' },
    onlyWith: 'packages/livekit-adapter',
    neededFor: ['unit:packages/livekit-adapter', 'e2e'],
  },
  {
    name: 'stripe-mock',
    probe: ['stripe-mock', '-version'],
    folder: goBinaries,
    from: { go: 'github.com/stripe/stripe-mock@v0.197.0', builds: 'stripe-mock' },
    onlyWith: 'packages/payment-gateway',
    neededFor: ['unit:packages/payment-gateway'],
  },
]

/** Debian keeps the server programs of each PostgreSQL version out of PATH. */
function newestPostgres() {
  const base = '/usr/lib/postgresql'
  if (!existsSync(base)) return join(base, 'bin')
  const versions = readdirSync(base).sort((left, right) => Number(left) - Number(right))
  return join(base, versions.at(-1) ?? '', 'bin')
}
