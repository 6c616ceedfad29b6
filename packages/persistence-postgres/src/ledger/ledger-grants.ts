import { LedgerError } from '@stagedoor/ledger'
import { quoteIdentifier } from '../postgres-pool.ts'

/** Whom {@link ledgerGrants} lets keep the books, and where they are. */
export interface LedgerGrantsInput {
  /** The database user of the platform. It must be there, must not own the tables, and must be no superuser. */
  readonly role: string
  /** The Postgres schema that holds the tables, as given to `migrate`. Default `stagedoor`. */
  readonly schema?: string
}

const appendOnly = ['ledger_transfers', 'ledger_entries']
const changing = ['ledger_balances', 'ledger_holds']
const locks = 'ledger_payout_locks'
const functions = [
  'ledger_post(text, text, timestamptz)',
  'ledger_payout(text, text, text, bigint, bigint, timestamptz, timestamptz, text)',
]

/**
 * SQL that lets a user do everything that `postgresLedgerStore` does, and nothing else with the books: whatever it or
 * everybody was granted on them before is taken back. Run it after `migrate`, each time, as the owner of the tables.
 *
 * With it the user cannot change, delete or truncate transfers and entries, nor lock them or remove the triggers that
 * refuse this to everybody. It can insert, as that is what booking is, but not into a transfer of another transaction.
 * Holds and balances it can add and take away: they are sums, which `verify` proves against the entries. The update that
 * is granted on them is for locks, and triggers refuse the rest of it. A user who is a member of another one has what that
 * one has, too.
 *
 * @throws `LedgerError` `invalid_input` for a name that is none.
 *
 * @example
 * ```ts
 * import { ledgerGrants, migrate } from '@stagedoor/persistence-postgres'
 * import { Pool } from 'pg'
 *
 * const owner = new Pool({ connectionString: 'postgres://keeper@localhost/platform' })
 * await migrate(owner)
 * await owner.query(ledgerGrants({ role: 'platform' }))
 * ```
 */
export function ledgerGrants({ role, schema = 'stagedoor' }: LedgerGrantsInput): string {
  const [user, prefix] = [identifier('role', role), identifier('schema', schema)]
  const names = (tables: readonly string[]) => tables.map((table) => `${prefix}.${table}`).join(', ')
  const all = names([...appendOnly, ...changing, locks])
  const statements = [
    `revoke all on ${all} from public, ${user}`,
    `revoke all on function ${names(functions)} from public, ${user}`,
    `grant usage on schema ${prefix} to ${user}`,
    `grant select, insert on ${names(appendOnly)} to ${user}`,
    `grant select, insert, update, delete on ${names(changing)} to ${user}`,
    `grant select, insert, update on ${names([locks])} to ${user}`,
    `grant execute on function ${names(functions)} to ${user}`,
  ]
  return `${statements.join(';\n')};\n`
}

/** PostgreSQL would cut a longer name, and grant to another user. */
function identifier(field: string, name: unknown): string {
  const bytes = typeof name === 'string' ? new TextEncoder().encode(name).length : 0
  if (typeof name === 'string' && bytes > 0 && bytes <= 63 && !name.includes('\u0000'))
    return quoteIdentifier(name)
  throw new LedgerError({
    ...{ code: 'invalid_input', field, provider: 'postgres' },
    message: `${field}: a name of 1 to 63 bytes, without U+0000.`,
  })
}
