import pg from 'pg'
import { type PostgresEventBusOptions, postgresEventBus } from './event-bus.ts'
import type { PostgresServer } from './postgres-server.fixture.ts'

type Settings = Pick<PostgresEventBusOptions, 'channel' | 'probeSeconds' | 'timeoutSeconds' | 'logger'>

/** The bus of one more server of a platform. Its pool ends with the database server. */
export function openServerBus(server: PostgresServer, settings: Settings = {}, port = server.port) {
  const at = { host: '127.0.0.1', port, user: 'stagedoor', database: 'postgres' }
  const pool = server.createPool({ max: 3, ...at })
  return postgresEventBus({ pool, createClient: () => new pg.Client(at), ...settings })
}
