import type { BooksFault, LedgerStore, Seal } from '@stagedoor/ledger'
import type { RunStatement } from '../run-statement.ts'
import { auditChecks } from './audit-checks.ts'
import { milliseconds } from './transfer-row.ts'

interface AuditRow {
  readonly transfers: string
  readonly entries: string
  readonly check_name: BooksFault['check'] | null
  readonly row_name: string
  readonly expected: string
  readonly actual: string
  /** JSON text. */
  readonly seals: string
}

/** One statement, so all that it reads is of one moment, whatever is booked meanwhile. */
export function auditVerb(run: RunStatement, tables: string): LedgerStore['audit'] {
  const text = auditText(tables)
  return async ({ sealBefore = [] } = {}) => {
    const [row] = await run<AuditRow>('audit', text, [[...sealBefore]])
    const fault = row?.check_name
      ? { check: row.check_name, row: row.row_name, expected: row.expected, actual: row.actual }
      : null
    const seals = JSON.parse(row?.seals ?? '[]') as readonly Seal[]
    return { transfers: Number(row?.transfers ?? 0), entries: Number(row?.entries ?? 0), fault, seals }
  }
}

function auditText(tables: string): string {
  const [transfers, entries] = [`${tables}.ledger_transfers`, `${tables}.ledger_entries`]
  return `select (select count(*) from ${transfers})::text as transfers, (select count(*) from ${entries})::text as entries,
    f.check_name, f.row_name, f.expected, f.actual, ${sealsText(transfers, entries)} as seals
    from (select 1) one left join lateral (
      select * from (${auditChecks(tables).join(' union all ')}) all_faults order by rank limit 1
    ) f on true`
}

/** A digest of a thousand numbers' rows each, and one of all of those, so that no text grows with the books. */
function sealsText(transfers: string, entries: string): string {
  const digest = (table: string, number: string, order: string, columns: readonly string[]) => `(
    select string_agg(part, '' order by chunk) from (
      select r.${number} / 1000 as chunk, encode(sha256(convert_to(
        string_agg(json_build_array(${columns.join(', ')})::text, ' ' order by ${order}), 'UTF8')), 'hex') as part
      from ${table} r where r.recorded_at < b.before::timestamptz group by 1
    ) parts
  )`
  const ofTransfers = digest(transfers, 'seq', 'r.seq', [
    ...['r.seq', 'r.key', 'r.kind', milliseconds('r.occurred_at'), milliseconds('r.recorded_at')],
    ...['r.reference', 'r.gateway', 'r.gateway_ref', 'r.reverses'],
  ])
  const ofEntries = digest(entries, 'transfer', 'r.transfer, r.position', [
    ...['r.transfer', 'r.position', 'r.account', 'r.owner', 'r.currency', 'r.amount'],
    milliseconds('r.available_at'),
  ])
  return `(
    select coalesce(json_agg(json_build_object(
      'before', b.before,
      'transfers', (select count(*) from ${transfers} t where t.recorded_at < b.before::timestamptz),
      'digest', encode(sha256(convert_to(concat(${ofTransfers}, ' ', ${ofEntries}), 'UTF8')), 'hex')
    ) order by b.place), '[]')::text from unnest($1::text[]) with ordinality as b (before, place)
  )`
}
