import type { AccountKind, Entry, NewTransfer, Transfer, TransferKind } from '@stagedoor/ledger'

/** Milliseconds of a time. Text and numbers are the same whatever type parsers the pool's owner set. */
export function milliseconds(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::bigint`
}

export function toIso(time: string | number): string {
  return new Date(Number(time)).toISOString()
}

/** What the rows of transfers and of entries say of a transfer. */
export interface TransferFields {
  readonly seq: string | number
  readonly key: string
  readonly kind: TransferKind
  readonly occurred_ms: string | number
  readonly recorded_ms: string | number
  readonly reference: string | null
  readonly gateway: string | null
  readonly gateway_ref: string | null
  readonly reverses: string | null
}

/** The columns of {@link TransferFields}. */
export function transferColumns(alias: string): string {
  const plain = ['seq', 'key', 'kind', 'reference', 'gateway', 'gateway_ref', 'reverses']
  const times = ['occurred', 'recorded'].map((name) => `${milliseconds(`${alias}.${name}_at`)} as ${name}_ms`)
  return [...plain.map((name) => `${alias}.${name}`), ...times].join(', ')
}

export function fromFields(row: TransferFields): Omit<Transfer, 'entries'> {
  const { gateway, gateway_ref, reference, reverses } = row
  return {
    seq: Number(row.seq),
    key: row.key,
    kind: row.kind,
    occurredAt: toIso(row.occurred_ms),
    recordedAt: toIso(row.recorded_ms),
    ...(reference === null ? {} : { reference }),
    ...(gateway === null || gateway_ref === null ? {} : { gateway: { id: gateway, ref: gateway_ref } }),
    ...(reverses === null ? {} : { reverses }),
  }
}

/** A transfer with its entries as JSON text. */
export interface TransferRow extends TransferFields {
  readonly entries: string
}

/** Selects {@link TransferRow}s of the transfers `t`. */
export function selectTransfers(tables: string, from: string): string {
  const entry = `json_build_array(e.account, e.owner, e.currency, e.amount::text, ${milliseconds('e.available_at')})`
  return `select ${transferColumns('t')}, coalesce((select json_agg(${entry} order by e.position)
    from ${tables}.ledger_entries e where e.transfer = t.seq), '[]')::text as entries ${from}`
}

type EntryTuple = readonly [AccountKind, string, string, string, number | null]

export function toTransfer(row: TransferRow): Transfer {
  const entries = (JSON.parse(row.entries) as readonly EntryTuple[]).map(
    ([account, owner, currency, amount, available]): Entry => ({
      ...{ account, owner, currency, amount: BigInt(amount) },
      ...(available === null ? {} : { availableAt: toIso(available) }),
    }),
  )
  return { ...fromFields(row), entries }
}

/** What a transfer is when it comes back from the database. */
export function asStored(transfer: NewTransfer, seq: number, recordedAt: string): Transfer {
  const iso = (time: string) => new Date(time).toISOString()
  return {
    ...transfer,
    entries: transfer.entries.map((entry) =>
      entry.availableAt === undefined ? entry : { ...entry, availableAt: iso(entry.availableAt) },
    ),
    occurredAt: iso(transfer.occurredAt),
    seq,
    recordedAt: iso(recordedAt),
  }
}
