import { streams } from './migrations/0001-streams.ts'
import { ledger } from './migrations/0002-ledger.ts'
import { tips } from './migrations/0003-tips.ts'
import { ledgerGuards } from './migrations/0004-ledger-guards.ts'
import { paywall } from './migrations/0005-paywall.ts'

/** A step that every database takes once, in order. What has been published is never changed. */
export interface Migration {
  /** Counts from 1 without gaps. */
  readonly version: number
  readonly name: string
  /** Statements in the stagedoor schema, whose name is in the search path; all steps share one transaction. */
  readonly sql: string
}

/** All steps to the schema that this code needs. `schema.sql` is where they lead. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'streams', sql: streams },
  { version: 2, name: 'ledger', sql: ledger },
  { version: 3, name: 'tips', sql: tips },
  { version: 4, name: 'ledger guards', sql: ledgerGuards },
  { version: 5, name: 'paywall', sql: paywall },
]
