import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StreamEvent } from '@stagedoor/streaming-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openServerBus } from './event-bus-servers.fixture.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'
import { startRelay } from './relay.fixture.ts'
import { waitUntil } from './wait-until.fixture.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.close())

const event = (seq: number): StreamEvent => ({
  streamId: 's1',
  seq,
  at: '2026-01-01T00:00:00.000Z',
  type: 'stream.created',
})

/** A bus that listens to `s1`, and what it heard and said. */
async function listening(settings: Parameters<typeof openServerBus>[1] = {}, port?: number) {
  const said: string[] = []
  const say = (text: string) => said.push(text)
  const logger = { info: say, warn: say, error: say }
  const bus = openServerBus(server, { logger, ...settings }, port)
  onTestFinished(bus.close)
  const heard: string[] = []
  let gaps = 0
  bus.subscribe('s1', (message) => heard.push(message.type), { onGap: () => gaps++ })
  await waitUntil('it listens', async () => gaps === 1)
  return { bus, heard, said, gaps: () => gaps }
}

async function query(text: string): Promise<readonly Record<string, unknown>[]> {
  const pool = server.createPool({ max: 1 })
  const { rows } = await pool.query(text)
  await pool.end()
  return rows
}

const listeners = `FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query = 'SELECT 1'`

describe('a Postgres event bus', () => {
  it('listens again after its connection was terminated, and tells of the gap', async () => {
    const { bus, heard, said, gaps } = await listening()
    const terminated = await query(`SELECT pg_terminate_backend(pid) ${listeners}`)
    expect(terminated).toEqual([{ pg_terminate_backend: true }])
    await waitUntil('it is back', async () => gaps() === 2)
    await bus.publish(event(1))
    await waitUntil('it hears', async () => heard.length === 1)
    expect(said).toEqual(['the event bus lost its connection'])
    expect(await query(`SELECT count(*)::int ${listeners}`)).toEqual([{ count: 1 }])
  })

  it('notices a connection on which nothing goes through any more', async () => {
    const relay = await startRelay(server.port)
    onTestFinished(relay.close)
    const { bus, said, gaps } = await listening({ probeSeconds: 0.1, timeoutSeconds: 0.3 }, relay.port)
    relay.silence(true)
    await expect(bus.publish(event(1))).rejects.toMatchObject({ code: 'provider_unavailable' })
    await waitUntil('it gives the connection up', async () => said.length > 0)
    expect(said[0]).toBe('the event bus lost its connection')
    await waitUntil('it tries anew in vain', async () => said.includes('the event bus cannot connect'))
    relay.silence(false)
    await waitUntil('it is back', async () => gaps() > 1)
  })

  it('closes at once though the database does not answer', async () => {
    const relay = await startRelay(server.port)
    onTestFinished(relay.close)
    const { bus } = await listening({ timeoutSeconds: 60 }, relay.port)
    relay.silence(true)
    await bus.close()
  })

  it('leaves no connection behind', async () => {
    const { bus } = await listening()
    expect(await query(`SELECT count(*)::int ${listeners}`)).toEqual([{ count: 1 }])
    await bus.close()
    await waitUntil('it is gone', async () => {
      const [row] = await query(`SELECT count(*)::int ${listeners}`)
      return row?.count === 0
    })
  })

  it('reaches another process, which ends by itself once it is closed', async () => {
    const { bus, heard } = await listening()
    const program = fileURLToPath(new URL('./event-bus-process.fixture.ts', import.meta.url))
    const flags = ['--conditions=@stagedoor/source', program, server.url]
    const other = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
    onTestFinished(() => void other.kill('SIGKILL'))
    const lines: string[] = []
    createInterface({ input: other.stdout }).on('line', (line) => lines.push(line))
    await waitUntil('it listens', async () => lines.includes('"gap"'))
    await bus.publish(event(1))
    await waitUntil('it hears', async () => lines.includes(JSON.stringify(event(1))))
    const before = heard.length
    other.stdin.write(`${JSON.stringify(event(2))}\n`)
    await waitUntil('it is heard', async () => heard.length > before)
    const ended = once(other, 'exit')
    other.stdin.end()
    expect(await ended).toEqual([0, null])
  })
})
