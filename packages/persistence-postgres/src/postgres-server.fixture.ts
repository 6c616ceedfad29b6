import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A PostgreSQL of a test's own, on a free port of this machine, with a locale whose order is not that of JavaScript. */
export interface PostgresServer {
  readonly port: number
  readonly url: string
  /** A pool that ends with the server. Losing idle connections is expected. */
  createPool(options?: pg.PoolConfig): pg.Pool
  /** `SIGINT` ends sessions and stops cleanly, `SIGQUIT` drops everything as a crash does. */
  stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void>
  start(): Promise<void>
  /** Ends it for good. */
  close(): Promise<void>
}

export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const binaries = findBinaries()
  const user = unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-postgres-'))
  const data = join(folder, 'data')
  if (user) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  const locale = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--encoding=UTF8']
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'stagedoor', '--auth=trust', '--no-sync', ...locale],
    { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const port = await freePort()
  const pools: pg.Pool[] = []
  let server: ChildProcess | null = null

  const createPool = (options: pg.PoolConfig = {}) => {
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'stagedoor', database: 'postgres', ...options })
    pool.on('error', () => {})
    pools.push(pool)
    return pool
  }

  const start = async () => {
    const options = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      ...settings,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const started = spawn(join(binaries, 'postgres'), ['-D', data, ...flags], {
      ...user,
      cwd: folder,
      stdio: 'ignore',
    })
    server = started
    for (let attempt = 0; ; attempt++) {
      const client = new pg.Client({ host: '127.0.0.1', port, user: 'stagedoor', database: 'postgres' })
      try {
        await client.connect()
        await client.end()
        return
      } catch (error) {
        if (started.exitCode !== null || attempt > 600) throw error
        await sleep(25)
      }
    }
  }

  const stop = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const running = server
    server = null
    if (!running || running.exitCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await gone
  }

  // A run that is given up leaves no server behind.
  const endWithProcess = () => void server?.kill('SIGQUIT')
  process.once('exit', endWithProcess)
  await start()
  return {
    port,
    url: `postgres://stagedoor@127.0.0.1:${port}/postgres`,
    createPool,
    stop,
    start,
    close: async () => {
      await Promise.all(pools.map((pool) => (pool.ended ? undefined : pool.end())))
      await stop('SIGQUIT')
      process.off('exit', endWithProcess)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Debian keeps the server's programs out of PATH, a folder for each version. */
function findBinaries(): string {
  const base = '/usr/lib/postgresql'
  const versions = existsSync(base)
    ? readdirSync(base)
        .map(Number)
        .sort((left, right) => right - left)
    : []
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    ...versions.map((version) => join(base, `${version}`, 'bin')),
  ]
  const found = folders.find((folder) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  )
  if (!found) throw new Error('These tests need PostgreSQL: apt-get install postgresql')
  return found
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
