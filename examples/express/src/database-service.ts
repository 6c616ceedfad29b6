import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import type { LedgerStore } from '@stagedoor/ledger'
import {
  migrate,
  type PostgresPool,
  postgresEventBus,
  postgresLedgerStore,
  postgresStreamStore,
  postgresTipStore,
} from '@stagedoor/persistence-postgres'
import { type EventBus, type Logger, memoryEventBus, type StreamStore } from '@stagedoor/streaming-core'
import type { TipStore } from '@stagedoor/tips'
import pg from 'pg'
import { ConfigError } from './config.ts'

/** Where the platform keeps its data: the PostgreSQL of `DATABASE_URL`, or one embedded in this process. */
export interface DatabaseService {
  readonly isReal: boolean
  /** For the banner: where the data is. No credentials. */
  readonly place: string
  readonly store: StreamStore
  readonly ledgerStore: LedgerStore
  readonly tipStore: TipStore
  /** Brings events to viewers on every server that shares the database. */
  readonly bus: EventBus
  /** `ok`, or what is missing. */
  state(): Promise<string>
  close(): Promise<void>
}

/** The database ends what takes too long; a connection that went silent is dropped, or the pool would use it for ever. */
const limits = { connectionTimeoutMillis: 5000, statement_timeout: 5000, query_timeout: 6000 }

interface DatabaseSettings {
  /** Null for the embedded one. */
  readonly databaseUrl: string | null
  readonly dataFolder: string
  readonly logger: Logger
}

/** Opens it and brings its tables up to date. */
export async function openDatabase(settings: DatabaseSettings): Promise<DatabaseService> {
  return settings.databaseUrl === null
    ? embedded(settings.dataFolder)
    : external(settings.databaseUrl, settings.logger)
}

async function external(databaseUrl: string, logger: Logger): Promise<DatabaseService> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, ...limits })
  pool.on('error', (cause) => logger.warn('an idle connection to the database was lost', { cause }))
  try {
    await migrate(pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  const createClient = () => new pg.Client({ connectionString: databaseUrl })
  const bus = postgresEventBus({ pool, createClient, logger })
  const { host, pathname } = new URL(databaseUrl)
  return service(pool, bus, true, `PostgreSQL, ${host}${pathname}`, async () => {
    await bus.close()
    await pool.end()
  })
}

async function embedded(dataFolder: string): Promise<DatabaseService> {
  const folder = resolve(dataFolder)
  const release = lock(folder)
  try {
    const database = await PGlite.create({ dataDir: join(folder, 'postgres') })
    await migrate(database)
    // Nobody else can open the data, so the events of this process are all there are.
    return service(database, memoryEventBus(), false, folder, async () => {
      await database.close()
      release()
    })
  } catch (error) {
    release()
    throw error
  }
}

function service(
  pool: PostgresPool,
  bus: EventBus,
  isReal: boolean,
  place: string,
  close: () => Promise<void>,
): DatabaseService {
  return {
    isReal,
    place,
    store: postgresStreamStore(pool),
    ledgerStore: postgresLedgerStore(pool),
    tipStore: postgresTipStore(pool),
    bus,
    state: () =>
      pool.query('select 1', []).then(
        () => 'ok',
        () => 'does not answer',
      ),
    close,
  }
}

/**
 * Keeps a second process out, as the embedded Postgres does not. SQLite's lock belongs to the process: the system gives it
 * back however the process ends, so no stale one is ever in the way.
 *
 * @throws {@link ConfigError} when another process has it.
 */
function lock(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const file = new DatabaseSync(join(folder, 'lock'))
  try {
    file.exec('begin exclusive')
  } catch (error) {
    file.close()
    if (!(error instanceof Error) || !error.message.includes('locked')) throw error
    throw new ConfigError(
      `Another Stagedoor runs on the data in ${folder}. Stop it, or choose another folder with STAGEDOOR_DATA.`,
    )
  }
  return () => file.close()
}
