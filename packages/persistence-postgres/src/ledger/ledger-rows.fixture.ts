import { type PostgresPool, quoteIdentifier } from '../postgres-pool.ts'

/** What must hold in the tables whatever was done, looked up without the store. Each query gives its violations. */
const invariants = {
  'a transfer that does not sum to zero': `select transfer, currency from ledger_entries group by transfer, currency having sum(amount) <> 0`,
  'books that do not sum to zero': `select currency from ledger_balances group by currency having sum(amount) <> 0`,
  'a transfer without entries': `select seq from ledger_transfers where seq not in (select transfer from ledger_entries)`,
  'an entry without its transfer, or of another time': `select e.* from ledger_entries e
    left join ledger_transfers t on t.seq = e.transfer where t.recorded_at is distinct from e.recorded_at`,
  'positions with gaps': `select transfer from ledger_entries group by transfer
    having min(position) <> 0 or max(position) <> count(*) - 1`,
  'balances that are not their entries': `select owner, account, currency from (
      select owner, account, currency, amount from ledger_entries
      union all select owner, account, currency, -amount from ledger_balances
    ) both_ways group by 1, 2, 3 having sum(amount) <> 0`,
  'held accounts that are not their holds': `select owner, account, currency from (
      select owner, account, currency, amount from ledger_entries where account in ('creator_pending', 'creator_reserve')
      union all select owner, account, currency, -amount from ledger_holds
    ) both_ways group by 1, 2, 3 having sum(amount) <> 0`,
  'a hold of an account that is not held': `select account from ledger_holds where account not in ('creator_pending', 'creator_reserve')`,
  'a payout that was sent and failed': `select a.key from ledger_transfers a join ledger_transfers b
    on a.reference = b.reference and a.kind = 'payout_paid' and b.kind = 'payout_failed'`,
}

/** @throws Error naming what does not hold. */
export async function checkLedgerRows(pool: PostgresPool, schema: string): Promise<void> {
  for (const [name, query] of Object.entries(invariants)) {
    const text = query.replaceAll(/\bledger_\w+/g, (table) => `${quoteIdentifier(schema)}.${table}`)
    const { rows } = await pool.query(text, [])
    if (rows.length > 0)
      throw new Error(`${schema} holds ${name}: ${JSON.stringify(rows.slice(0, 3), printable)}`)
  }
}

const printable = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
