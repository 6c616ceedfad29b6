import { withoutZero } from './earning-transfer.ts'
import { invalidInput } from './errors.ts'
import type { Money } from './money.ts'
import { shareOf } from './split.ts'
import type { Entry, GatewayReference, NewTransfer } from './transfer.ts'
import { requireBigint, requireObject, validateGateway } from './validate-transfer.ts'

/** What {@link refundTransfer} and {@link refundFailedTransfer} book. */
export interface RefundInput {
  /** See {@link NewTransfer.key}. */
  readonly key: string
  /** Minor units that go back to the viewer, or return from there. */
  readonly amount: bigint
  /** Minor units of the same payment that were with the viewer before this, by refunds and disputes. */
  readonly refundedBefore: bigint
  readonly gateway: GatewayReference
  /** ISO 8601, UTC. */
  readonly occurredAt: string
  /**
   * What exceeds the payment, as when a bank withdraws all of what was refunded in part, is the platform's loss
   * (`dispute_losses`). Default false: it is refused.
   */
  readonly mayExceed?: boolean
}

/** What {@link disputeTransfer} books. */
export interface DisputeInput extends RefundInput {
  /** What the gateway charges for the dispute, maybe in another currency; the platform bears it. */
  readonly disputeFee?: Money
}

/**
 * Gives back a part of an earning, or all of it: the fee's share from the platform, the rest from the creator. It takes
 * from the same holds, so one that is not over yet pays it, and what is past its hold falls due at once; `available` may
 * go below zero.
 *
 * It trusts `refundedBefore`, as the ledger books what a gateway did, and refuses no refund for what others booked: that
 * would make refunds of a payment wait for one another. Three full refunds told with 0 are three debits; `verify` then
 * names the payment (`payment_return`), and `reverse` takes back those that never were. What the gateway really gave back
 * beyond the payment is told with `mayExceed` and the right `refundedBefore`, and is no fault.
 *
 * @param earning - What {@link earningTransfer} made, or the same from the books.
 * @throws {@link LedgerError} `invalid_input` when the amount is not within what is left.
 */
export function refundTransfer(earning: NewTransfer, input: RefundInput): NewTransfer {
  return moved('refund', earning, input, 1n)
}

/**
 * A refund that was booked has failed after all, and its money is back. What is booked after it is what would have been
 * booked without the refund, whatever other refunds came between; a mirror of the refund could be a cent off.
 *
 * @param input - Its `refundedBefore` counts the refund that failed.
 * @throws {@link LedgerError} `invalid_input` when the amount is more than was refunded.
 */
export function refundFailedTransfer(earning: NewTransfer, input: RefundInput): NewTransfer {
  return moved('refund_failed', earning, input, -1n)
}

/**
 * The gateway took a payment back for a dispute. Post it when the money moves (`funds_withdrawn`), and
 * {@link disputeReinstatedTransfer} when it returns.
 *
 * @throws {@link LedgerError} `invalid_input` when the amount is not within what is left.
 */
export function disputeTransfer(earning: NewTransfer, input: DisputeInput): NewTransfer {
  requireObject('dispute', input)
  const { gateway, disputeFee } = input
  if (!disputeFee) return moved('dispute', earning, input, 1n)
  validateGateway('gateway', gateway)
  const { amount, currency } = disputeFee
  requireBigint('disputeFee.amount', amount)
  if (amount < 0n) throw invalidInput('disputeFee', `${amount} is negative`)
  return moved('dispute', earning, input, 1n, [
    { account: 'gateway_clearing', owner: gateway.id, currency, amount },
    { account: 'dispute_fees', owner: gateway.id, currency, amount: -amount },
  ])
}

/**
 * A dispute was won and its money is back, the gateway's fee for it excepted. As {@link refundFailedTransfer}, it leaves
 * what would have been booked without the dispute.
 *
 * @param input - Its `refundedBefore` counts the dispute.
 * @throws {@link LedgerError} `invalid_input` when the amount is more than was withdrawn.
 */
export function disputeReinstatedTransfer(earning: NewTransfer, input: RefundInput): NewTransfer {
  return moved('dispute_reinstated', earning, input, -1n)
}

function moved(
  kind: 'refund' | 'refund_failed' | 'dispute' | 'dispute_reinstated',
  earning: NewTransfer,
  input: RefundInput,
  direction: 1n | -1n,
  charges: readonly Entry[] = [],
): NewTransfer {
  requireEarning(earning)
  requireObject('refund', input)
  const { key, amount, refundedBefore, gateway, occurredAt, mayExceed = false } = input
  requireBigint('amount', amount)
  requireBigint('refundedBefore', refundedBefore)
  const paid = -sumOf(earning, 'gateway_clearing')
  const refundedAfter = refundedBefore + direction * amount
  const isWithin = amount > 0n && refundedBefore >= 0n && refundedAfter >= 0n
  if (!isWithin || (!mayExceed && refundedAfter > paid)) {
    throw invalidInput('refund', `${amount} is not within what is left of ${paid} after ${refundedBefore}`)
  }
  const [before, after] = [takenBack(earning, refundedBefore), takenBack(earning, refundedAfter)]
  const change = (account: Taken) => before[account] - after[account]
  const [first] = earning.entries
  const creator = earning.entries.find((entry) => entry.account !== 'gateway_clearing')
  const loss: readonly Entry[] = [
    {
      account: 'dispute_losses',
      owner: creator?.owner ?? '',
      currency: first?.currency ?? '',
      amount: change('dispute_losses'),
    },
  ]
  return {
    key,
    kind,
    entries: withoutZero([
      ...earning.entries.map((entry) => ({
        ...entry,
        amount: entry.account === 'gateway_clearing' ? direction * amount : change(entry.account as Taken),
      })),
      ...loss,
      ...charges,
    ]),
    occurredAt,
    gateway,
    // A payment is known by its reference, and by its key without one.
    reference: earning.reference ?? earning.key,
  }
}

type Taken = 'creator_pending' | 'creator_reserve' | 'platform_revenue' | 'dispute_losses'

/**
 * What has been taken from whom when `refunded` of an earning is with the viewer. It depends on the total alone, so the
 * order of refunds, failures and disputes leaves no trace, and a full refund returns exactly the fee and the net.
 */
function takenBack(earning: NewTransfer, refunded: bigint): Readonly<Record<Taken, bigint>> {
  const fee = sumOf(earning, 'platform_revenue')
  const paid = -sumOf(earning, 'gateway_clearing')
  const within = refunded < paid ? refunded : paid
  const feePart = shareOf(fee, within, paid)
  const netPart = within - feePart
  // The reserve's share follows what the creator gives back, so that the rest is never below zero.
  const reservePart = shareOf(sumOf(earning, 'creator_reserve'), netPart, paid - fee)
  return {
    creator_pending: netPart - reservePart,
    creator_reserve: reservePart,
    platform_revenue: feePart,
    dispute_losses: refunded - within,
  }
}

function sumOf(earning: NewTransfer, account: Entry['account']): bigint {
  return earning.entries.reduce((sum, entry) => (entry.account === account ? sum + entry.amount : sum), 0n)
}

function requireEarning(earning: NewTransfer): void {
  requireObject('earning', earning)
  const { kind, reverses, key } = earning
  if (kind !== 'earning' || reverses !== undefined) throw invalidInput('earning', `${key} is no earning`)
}
