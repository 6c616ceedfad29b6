import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { waitFor } from './wait-for.ts'

/** A PostgreSQL on a free port. */
export interface Postgres {
  readonly url: string
  close(): Promise<void>
}

export async function startPostgres(): Promise<Postgres> {
  const base = '/usr/lib/postgresql'
  const versions = existsSync(base) ? readdirSync(base).map(Number) : []
  const binaries = join(base, String(Math.max(...versions)), 'bin')
  // PostgreSQL refuses to run as root.
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-postgres-'))
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const run = { ...user, cwd: folder }
  execFileSync(join(binaries, 'initdb'), ['-D', folder, '-U', 'stagedoor', '--auth=trust', '--no-sync'], {
    ...run,
    stdio: 'ignore',
  })
  const port = await freePort()
  const flags = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=']
  const server = spawn(join(binaries, 'postgres'), ['-D', folder, ...flags.flatMap((flag) => ['-c', flag])], {
    ...run,
    stdio: 'ignore',
  })
  const url = `postgres://stagedoor@127.0.0.1:${port}/postgres`
  await waitFor(async () => {
    const client = new pg.Client({ connectionString: url })
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    )
  }, 'PostgreSQL to start')
  return {
    url,
    close: async () => {
      const ended = once(server, 'exit')
      server.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
