import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createClient, type RedisClientOptions } from 'redis'
import { type RedisEventBusOptions, redisEventBus } from './event-bus.ts'
import { waitUntil } from './wait-until.fixture.ts'

interface TestClientOptions extends Pick<RedisClientOptions, 'socket'> {
  readonly RESP?: 2 | 3
}

/** A Redis of a test's own, on a free port of this machine, that keeps nothing. */
export async function startRedis() {
  const port = await freePort()
  let server: ChildProcess | undefined

  const connected = async (options: TestClientOptions = {}) => {
    const client = createClient({ socket: { host: '127.0.0.1', port }, ...options })
    // Losing the server is what the tests are about.
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const start = async () => {
    const flags = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const started = spawn('redis-server', flags, { stdio: 'ignore' })
    server = started
    await once(started, 'spawn')
    await waitUntil('Redis answers', async () => {
      if (started.exitCode !== null)
        throw new Error('redis-server ended. Debian: apt-get install redis-server')
      const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false } })
      client.on('error', () => {})
      return client.connect().then(
        async () => (await client.ping()) === 'PONG' && client.close().then(() => true),
        () => false,
      )
    })
  }
  const kill = async () => {
    const running = server
    server = undefined
    if (!running || running.exitCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGKILL')
    await gone
  }
  // A test run that is given up leaves no server behind.
  process.once('exit', () => server?.kill('SIGKILL'))
  await start()
  return { port, start, kill, connected }
}

export type RedisServer = Awaited<ReturnType<typeof startRedis>>

/** The bus of one more server, with a client that ends with it. */
export async function openServerBus(
  redis: RedisServer,
  settings: Omit<RedisEventBusOptions, 'client'> = {},
  options: TestClientOptions = {},
) {
  const client = await redis.connected(options)
  const bus = redisEventBus({ client, ...settings })
  return {
    ...bus,
    close: async () => {
      await bus.close()
      client.destroy()
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
