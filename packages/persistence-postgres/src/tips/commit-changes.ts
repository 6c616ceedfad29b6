import { encodeTip, type TipChange, type TipStore } from '@stagedoor/tips'
import { entriesJson, transferJson } from '../ledger/post-transfers.ts'
import type { RunStatement } from '../run-statement.ts'

/**
 * One statement commits a batch: tips, inbox, sums, outbox and ledger. It waits only for others who change the same tips.
 * When a change has come too late nothing is written, and the others are tried again without it.
 */
export function commitVerb(run: RunStatement, tables: string): TipStore['commit'] {
  const text = `select stale_id from ${tables}.tips_commit($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[],
    $6::text::json, $7, $8, $9::integer, $10::text::timestamptz)`
  return async (changes, at) => {
    const stale = new Set<TipChange>()
    for (;;) {
      const open = firstOfEach(changes.filter((change) => !stale.has(change)))
      const rows =
        open.length === 0
          ? []
          : await run<{ readonly stale_id: string }>('commit', text, parameters(open, at))
      if (rows.length === 0) return changes.map((change) => (open.includes(change) ? 'committed' : 'stale'))
      const ids = new Set(rows.map((row) => row.stale_id))
      for (const change of open) if (ids.has(change.tip.id)) stale.add(change)
    }
  }
}

/** Of two changes for the same tip the second comes too late, unless the first one did. */
function firstOfEach(changes: readonly TipChange[]): readonly TipChange[] {
  const ids = new Set<string>()
  return changes.filter(({ tip }) => !ids.has(tip.id) && ids.add(tip.id))
}

function parameters(changes: readonly TipChange[], at: string): readonly unknown[] {
  const transfers = changes.flatMap((change) => change.transfers)
  const extras = {
    charges: changes.flatMap(({ tip: { id, gateway, chargeRef, strays } }) =>
      [...(chargeRef === undefined ? [] : [chargeRef]), ...strays.map(({ ref }) => ref)].map((ref) => ({
        ...{ gateway, ref, tip: id },
      })),
    ),
    inbox: changes.flatMap(({ event }) => event ?? []),
    tallies: changes.flatMap(({ tally }) => (tally ? { ...tally, amount: `${tally.amount}` } : [])),
    events: changes.flatMap(({ events }) => events),
  }
  return [
    changes.map(({ tip }) => tip.id),
    changes.map(({ tip }) => tip.version),
    changes.map(({ tip }) => tip.status),
    changes.map(({ tip }) => JSON.stringify(encodeTip(tip))),
    changes.map(({ checkAt }) => checkAt),
    JSON.stringify(extras),
    JSON.stringify(transfers.map(transferJson)),
    JSON.stringify(transfers.flatMap(entriesJson)),
    transfers.length,
    at,
  ]
}
