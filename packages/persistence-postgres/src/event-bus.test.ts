import { PGlite } from '@electric-sql/pglite'
import { describeEventBus } from '@stagedoor/streaming-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresEventBus } from './event-bus.ts'
import { openServerBus } from './event-bus-servers.fixture.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'

describe('on PostgreSQL', () => {
  let server: PostgresServer
  let tests = 0

  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.close())

  describeEventBus(
    { describe, it },
    {
      name: 'PostgreSQL',
      createBackend: () => {
        const channel = `Test "${++tests}"`
        return {
          open: () => openServerBus(server, { channel }),
          interrupt: () => server.stop('SIGQUIT'),
          restore: server.start,
        }
      },
    },
  )
})

describe('on PGlite', () => {
  let pglite: PGlite
  let tests = 0

  beforeAll(async () => {
    pglite = await PGlite.create()
  }, 60_000)
  afterAll(() => pglite.close())

  describeEventBus(
    { describe, it },
    {
      name: 'PGlite',
      createBackend: () => {
        const channel = `test_${++tests}`
        return { open: () => postgresEventBus({ pglite, channel }) }
      },
      withoutOutages: 'PGlite runs in the same process',
    },
  )
})

describe('a Postgres event bus', () => {
  it.each(['', 'x'.repeat(64), 'ü'.repeat(32), 'a\0b'])('does not take %j for a channel', (channel) => {
    const pool = { query: async () => ({}) }
    expect(() =>
      postgresEventBus({ pglite: { ...pool, listen: async () => async () => {} }, channel }),
    ).toThrow('channel takes a name of 1 to 63 bytes.')
  })

  it('says what it needs', () => {
    expect(() => postgresEventBus({} as never)).toThrow('Pass `pool` and `createClient`, or `pglite`.')
  })
})
