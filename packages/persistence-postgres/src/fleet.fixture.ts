import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './postgres-server.fixture.ts'

/** Server processes that are killed and started again, and how they are asked. */
export interface Fleet {
  /** Asks any server, and another one until one answers with something else than "try again". */
  ask(request: FleetRequest): Promise<{ readonly status: number; readonly body: unknown }>
  /** Kills one at random, as a machine that loses power does, and starts it again. */
  killOne(): Promise<void>
  readonly kills: () => number
  close(): Promise<void>
}

export interface FleetRequest {
  readonly method: string
  readonly path: string
  readonly as?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
  /** How often to ask. Default: until it is answered. */
  readonly attempts?: number
  /** Asks this server and no other. */
  readonly server?: number
}

/** Which servers there are. */
export interface FleetOptions {
  readonly size: number
  readonly env: Readonly<Record<string, string>>
  /** What each of them runs: it gets PORT, and says a word once it listens. */
  readonly program: URL
  /** Where its API is mounted. */
  readonly basePath: string
}

export async function startFleet({ size, env, program, basePath }: FleetOptions): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: size }, freePort))
  const processes = await Promise.all(ports.map((port) => start(program, port, env)))
  let kills = 0
  let isClosed = false
  return {
    ask: async ({ method, path, as, headers, body, server, attempts = Number.POSITIVE_INFINITY }) => {
      for (let attempt = 1; ; attempt++) {
        const port = ports[server ?? Math.floor(Math.random() * size)]
        const response = await fetch(`http://127.0.0.1:${port}${basePath}${path}`, {
          method,
          headers: { ...(as ? { authorization: `Bearer ${as}` } : {}), ...headers },
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.timeout(15_000),
        }).catch(() => null)
        const text = await response?.text().catch(() => null)
        if (response && typeof text === 'string' && (response.status < 500 || attempt >= attempts)) {
          return { status: response.status, body: text === '' ? null : JSON.parse(text) }
        }
        if (attempt >= attempts || isClosed) return { status: 0, body: null }
        await sleep(20 + Math.random() * 100)
      }
    },
    killOne: async () => {
      const index = Math.floor(Math.random() * size)
      const victim = processes[index]
      const port = ports[index]
      if (!victim || port === undefined) return
      const gone = once(victim, 'exit')
      victim.kill('SIGKILL')
      kills++
      await gone
      processes[index] = await start(program, port, env)
    },
    kills: () => kills,
    close: async () => {
      isClosed = true
      for (const one of processes) one.kill('SIGKILL')
    },
  }
}

async function start(
  program: URL,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const started = spawn(process.execPath, ['--conditions=@stagedoor/source', fileURLToPath(program)], {
    env: { PATH: process.env.PATH, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const first = await Promise.race([once(started.stdout, 'data'), once(started, 'exit').then(() => null)])
  if (first === null) throw new Error('A server process did not start.')
  return started
}
