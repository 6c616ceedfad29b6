import {
  isSameTransfer,
  type LedgerStore,
  movementName,
  type NewTransfer,
  type PostResult,
  type Transfer,
} from '@stagedoor/ledger'
import { type RunStatement, untilAnswered } from '../run-statement.ts'
import { asStored, selectTransfers, type TransferRow, toTransfer } from './transfer-row.ts'

/** A transfer with its place in the call. */
interface Given {
  readonly transfer: NewTransfer
  readonly index: number
}

/**
 * One statement books a batch. It takes no lock on any account: all it does is insert. It is a function in the database,
 * so that each connection plans it once. A second statement looks up those that were not new.
 */
export function postVerb(run: RunStatement, tables: string): LedgerStore['post'] {
  const insert = `select booked_key as key, booked_seq as seq
    from ${tables}.ledger_post($1, $2, $3::text::timestamptz)`
  const find = findText(tables)

  const insertFirsts = async (firsts: readonly Given[], recordedAt: string) => {
    const transfers = JSON.stringify(firsts.map(({ transfer }) => transferJson(transfer)))
    const entries = JSON.stringify(firsts.flatMap(({ transfer }) => entriesJson(transfer)))
    const rows = await run<{ key: string; seq: string | number }>('post', insert, [
      transfers,
      entries,
      recordedAt,
    ])
    return new Map(rows.map(({ key, seq }) => [key, Number(seq)]))
  }

  const findPresent = async (given: readonly Given[]) => {
    const keys = JSON.stringify(given.map(({ transfer }) => transfer.key))
    const movements = given.flatMap(({ transfer }) =>
      movementName(transfer) === null ? [] : [transferJson(transfer)],
    )
    const rows = await run<TransferRow>('post', find, [keys, JSON.stringify(movements)])
    const present = rows.map(toTransfer)
    return {
      byKey: new Map(present.map((transfer) => [transfer.key, transfer])),
      byMovement: new Map(present.map((transfer) => [movementName(transfer), transfer])),
    }
  }

  return async (transfers, recordedAt) => {
    const results: PostResult[] = []
    let open: readonly Given[] = transfers.map((transfer, index) => ({ transfer, index }))
    if (open.length === 0) return results
    // A second round is for one that had to wait for another of this call, which was then refused.
    return untilAnswered('ledger post', async () => {
      const firsts = firstOfEach(open)
      const booked = await insertFirsts(firsts, recordedAt)
      for (const { transfer, index } of firsts) {
        const seq = booked.get(transfer.key)
        if (seq === undefined) continue
        results[index] = { outcome: 'posted', transfer: asStored(transfer, seq, recordedAt) }
      }
      open = open.filter(({ index }) => !results[index])
      if (open.length === 0) return results
      const { byKey, byMovement } = await findPresent(open)
      for (const { transfer, index } of open) {
        const result = judge(transfer, byKey.get(transfer.key), byMovement.get(movementName(transfer)))
        if (result) results[index] = result
      }
      open = open.filter(({ index }) => !results[index])
      return open.length === 0 ? results : null
    })
  }
}

function judge(
  given: NewTransfer,
  sameKey: Transfer | undefined,
  sameMovement: Transfer | undefined,
): PostResult | null {
  if (sameKey) {
    if (isSameTransfer(sameKey, given)) return { outcome: 'exists', transfer: sameKey }
    return { outcome: 'conflict', on: 'key', transfer: sameKey }
  }
  if (movementName(given) !== null && sameMovement)
    return { outcome: 'conflict', on: 'gateway', transfer: sameMovement }
  return null
}

/** The first transfer of each key and of each movement: the others of the call are judged by what became of it. */
function firstOfEach(open: readonly Given[]): readonly Given[] {
  const keys = new Set<string>()
  const movements = new Set<string | null>()
  return open.filter(({ transfer }) => {
    const movement = movementName(transfer)
    if (keys.has(transfer.key) || (movement !== null && movements.has(movement))) return false
    keys.add(transfer.key)
    movements.add(movement)
    return true
  })
}

/** A transfer as `ledger_post` takes it. */
export function transferJson({ key, kind, occurredAt, reference, gateway, reverses }: NewTransfer) {
  return { key, kind, at: occurredAt, reference, gateway: gateway?.id, ref: gateway?.ref, reverses }
}

/** A transfer's entries as `ledger_post` takes them. */
export function entriesJson({ key, entries }: NewTransfer) {
  return entries.map(({ account, owner, currency, amount, availableAt }, position) => ({
    ...{ key, position, account, owner, currency },
    amount: `${amount}`,
    due: availableAt,
  }))
}

const givenTransfers = (value: string) => `json_to_recordset(${value}::text::json)
  as g (key text, kind text, at timestamptz, reference text, gateway text, ref text, reverses text)`

function findText(tables: string): string {
  const byKey = `select t.seq from json_array_elements_text($1::text::json) k (key)
    join ${tables}.ledger_transfers t on t.key = k.key collate "C"`
  const byMovement = `select t.seq from ${givenTransfers('$2')}
    join ${tables}.ledger_transfers t on t.gateway = g.gateway collate "C" and t.gateway_ref = g.ref collate "C"
      and t.kind = g.kind collate "C" and (t.reverses is null) = (g.reverses is null)
    where t.gateway_ref is not null and t.kind not in ('payout_paid', 'payout_returned')`
  const from = `from ${tables}.ledger_transfers t where t.seq in (${byKey} union ${byMovement})`
  return selectTransfers(tables, from)
}
