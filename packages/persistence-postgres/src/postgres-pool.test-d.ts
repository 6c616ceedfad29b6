import { PGlite } from '@electric-sql/pglite'
import { Client, Pool } from 'pg'
import type { PostgresPool } from './postgres-pool.ts'

/** The real ones fit. */
export const pool: PostgresPool = new Pool()
export const client: PostgresPool = new Client()
export const pglite: PostgresPool = new PGlite()

// @ts-expect-error: something without `query` is no database.
export const notAPool: PostgresPool = { execute: async () => ({ rows: [] }) }
// @ts-expect-error: an answer without rows is none.
export const noRows: PostgresPool = { query: async () => [] }
