import { PGlite } from '@electric-sql/pglite'
import { Client, Pool } from 'pg'
import { type PostgresEventBusOptions, postgresEventBus } from './event-bus.ts'

/** The real ones fit. */
export const onServer: PostgresEventBusOptions = { pool: new Pool(), createClient: () => new Client() }
export const embedded: PostgresEventBusOptions = { pglite: new PGlite() }

// @ts-expect-error: a pool cannot listen by itself.
postgresEventBus({ pool: new Pool() })
// @ts-expect-error: a connection of the pool is lent out to others too.
postgresEventBus({ pool: new Pool(), createClient: () => new Pool() })
