import type { AccountTotal, LedgerStore } from '@stagedoor/ledger'
import { fromBalanceRecord, sumTotals } from './balance-record.ts'
import { transferDocument } from './books.ts'
import { fromHoldRecord, sumHolds } from './hold-record.ts'
import type { LedgerContext, Read } from './ledger-context.ts'
import { bookedEntries } from './list-entries.ts'
import { fromTransferRecord, toIso } from './transfer-record.ts'

export function getVerb(context: LedgerContext): LedgerStore['get'] {
  return (key) =>
    context.call('get', async () => {
      return fromTransferRecord(await transferDocument(context.books, key).get())?.transfer ?? null
    })
}

/** Balances and what is due, of one moment: a maturity between the two would count twice, or not at all. */
export function totalsVerb(context: LedgerContext): LedgerStore['totals'] {
  const { balances, holds } = context.books
  return ({ owner, at, before }) =>
    context.call('totals', () =>
      context.atOneMoment(async (read) => {
        const due = await read(holds.where('owner', '==', owner).where('availableAt', '<=', toIso(at)))
        const totals =
          before === undefined
            ? (await read(balances.where('owner', '==', owner))).flatMap(fromBalanceRecord)
            : await earlierTotals(context, read, owner, toIso(before))
        return { totals: sumTotals(totals), due: sumHolds(due.map(fromHoldRecord)) }
      }),
    )
}

async function earlierTotals(
  { books }: LedgerContext,
  read: Read,
  owner: string,
  before: string,
): Promise<readonly AccountTotal[]> {
  const own = books.entries.where('owner', '==', owner).where('recordedAt', '<', before)
  // In the order of statements, whose index serves it.
  const earlier = await read(own.orderBy('recordedAt').orderBy('seq'))
  return earlier.flatMap(bookedEntries)
}
