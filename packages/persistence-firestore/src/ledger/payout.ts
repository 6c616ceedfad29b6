import {
  isSameTransfer,
  type LedgerStore,
  type PayoutOrder,
  type PayoutResult,
  payoutTransfer,
  type Transfer,
} from '@stagedoor/ledger'
import { hashedId } from '../document-id.ts'
import { type Decided, unchanged } from '../guarded-commit.ts'
import { fromBalanceRecord } from './balance-record.ts'
import { bookTransfers } from './book-transfers.ts'
import { transferDocument } from './books.ts'
import { fromHoldRecord, type Hold } from './hold-record.ts'
import type { LedgerContext } from './ledger-context.ts'
import { holdsAtOnce, matureOnce, maturities, takeHolds } from './mature-holds.ts'
import { asStored, fromTransferRecord, toIso } from './transfer-record.ts'

/** So many holds are due that they do not fit beside the payout. */
const tooMany = 'too many'

/**
 * Payouts of one creator and currency write the same document, so each is refused that was computed beside another one.
 * What it reads is of one moment after it has read that document, and it takes away the holds that it counts: a maturity
 * at the same time is refused, or it is.
 */
export function payoutVerb(context: LedgerContext): LedgerStore['payout'] {
  return async (order) => {
    const writeId = crypto.randomUUID()
    for (;;) {
      const result = await context.commit('payout', () => decide(context, order, writeId))
      if (result !== tooMany) return result
      await matureOnce(context, dueHolds(context, order), holdsAtOnce, order.recordedAt)
    }
  }
}

async function decide(
  context: LedgerContext,
  order: PayoutOrder,
  writeId: string,
): Promise<Decided<PayoutResult | typeof tooMany>> {
  const { books } = context
  const { key, creatorId, currency, amount, minimum, recordedAt } = order
  const lock = books.payouts.doc(hashedId(creatorId, currency))
  const [known, locked] = await context.getAll([transferDocument(books, key), lock])
  const present = fromTransferRecord(known)
  if (present) return { answer: judge(order, present.transfer, present.writeId === writeId) }

  const { holds, balance } = await context.atOneMoment(async (read) => ({
    holds: (await read(dueHolds(context, order).limit(holdsAtOnce + 1))).map(fromHoldRecord),
    balance: (await read(books.balances.where('owner', '==', creatorId))).flatMap(fromBalanceRecord),
  }))
  if (holds.length > holdsAtOnce) return { answer: tooMany }
  const available = balance
    .filter((total) => total.account === 'creator_available' && total.currency === currency)
    .reduce((sum, total) => sum + total.amount, sumOf(holds))
  const wanted = amount === 'all' ? available : amount
  if (wanted < minimum || wanted > available) return { answer: { outcome: 'insufficient', available } }

  const matured = maturities(context, holds, recordedAt)
  const transfer = asStored(payoutTransfer(order, wanted), context.nextSeq(), recordedAt)
  return {
    answer: { outcome: 'posted', transfer },
    write: (batch) => {
      const owner = { creatorId, currency, newest: key }
      if (locked?.exists) batch.update(lock, owner, unchanged(locked))
      else batch.create(lock, owner)
      takeHolds(batch, holds)
      bookTransfers(books, batch, [...matured, transfer], writeId)
    },
  }
}

function dueHolds({ books }: LedgerContext, { creatorId, currency, recordedAt }: PayoutOrder) {
  const own = books.holds.where('owner', '==', creatorId).where('currency', '==', currency)
  return own.where('availableAt', '<=', toIso(recordedAt)).orderBy('availableAt')
}

function judge(order: PayoutOrder, transfer: Transfer, isOurs: boolean): PayoutResult {
  if (isOurs) return { outcome: 'posted', transfer }
  const paid = transfer.entries.find(({ account }) => account === 'creator_in_transit')?.amount ?? 0n
  const same = payoutTransfer(order, order.amount === 'all' ? paid : order.amount)
  return { outcome: isSameTransfer(transfer, same) ? 'exists' : 'conflict', transfer }
}

function sumOf(holds: readonly Hold[]): bigint {
  return holds.reduce((sum, { amount }) => sum + amount, 0n)
}
