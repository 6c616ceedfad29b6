import { withoutZero } from './earning-transfer.ts'
import { invalidInput } from './errors.ts'
import { shareOf, splitRefund } from './split.ts'
import type { Entry, GatewayReference, NewTransfer } from './transfer.ts'

/** What {@link refundTransfer} books. */
export interface RefundInput {
  /** See {@link NewTransfer.key}. */
  readonly key: string
  /** Minor units that go back to the viewer. */
  readonly amount: bigint
  /** Minor units of the same payment that went back before, by refunds and disputes. */
  readonly refundedBefore: bigint
  readonly gateway: GatewayReference
  /** ISO 8601, UTC. */
  readonly occurredAt: string
}

/** What {@link disputeTransfer} books. */
export interface DisputeInput extends RefundInput {
  /** What the gateway charges for the dispute; the platform bears it. */
  readonly disputeFee?: bigint
}

/**
 * Gives back a part of an earning, or all of it: the fee's share from the platform, the rest from the creator. It takes
 * from the same holds, so one that is not over yet pays it, and what is past its hold falls due at once; `available` may
 * go below zero.
 *
 * @param earning - What {@link earningTransfer} made, or the same from the books.
 * @throws {@link LedgerError} `invalid_input` when the amount is not within what is left.
 */
export function refundTransfer(earning: NewTransfer, input: RefundInput): NewTransfer {
  return giveBack('refund', earning, input, [])
}

/**
 * The gateway took a payment back for a dispute. Post it when the money moves (`funds_withdrawn`), and reverse it when the
 * dispute is won.
 *
 * @throws {@link LedgerError} `invalid_input` when the amount is not within what is left.
 */
export function disputeTransfer(earning: NewTransfer, input: DisputeInput): NewTransfer {
  const { gateway, disputeFee = 0n } = input
  if (disputeFee < 0n) throw invalidInput('disputeFee', `${disputeFee} is negative`)
  const owned = { owner: gateway.id, currency: earning.entries[0]?.currency ?? '' }
  return giveBack('dispute', earning, input, [
    { account: 'gateway_clearing', ...owned, amount: disputeFee },
    { account: 'dispute_fees', ...owned, amount: -disputeFee },
  ])
}

function giveBack(
  kind: 'refund' | 'dispute',
  earning: NewTransfer,
  { key, amount, refundedBefore, gateway, occurredAt }: RefundInput,
  charges: readonly Entry[],
): NewTransfer {
  requireEarning(earning)
  const sumOf = (account: Entry['account']) =>
    earning.entries.reduce((sum, entry) => (entry.account === account ? sum + entry.amount : sum), 0n)
  const fee = sumOf('platform_revenue')
  const net = -sumOf('gateway_clearing') - fee
  const split = splitRefund({ fee, net, refundedBefore, refund: amount })

  // The reserve's share follows what the creator gives back, so that the rest is never below zero.
  const netBefore = refundedBefore - shareOf(fee, refundedBefore, fee + net)
  const reserve = sumOf('creator_reserve')
  const fromReserve = shareOf(reserve, netBefore + split.net, net) - shareOf(reserve, netBefore, net)
  const parts: Partial<Record<Entry['account'], bigint>> = {
    gateway_clearing: amount,
    creator_pending: -(split.net - fromReserve),
    creator_reserve: -fromReserve,
    platform_revenue: -split.fee,
  }
  return {
    key,
    kind,
    entries: withoutZero([
      ...earning.entries.map((entry) => ({ ...entry, amount: parts[entry.account] ?? 0n })),
      ...charges,
    ]),
    occurredAt,
    gateway,
    ...(earning.reference === undefined ? {} : { reference: earning.reference }),
  }
}

function requireEarning({ kind, reverses, key }: NewTransfer): void {
  if (kind !== 'earning' || reverses !== undefined) throw invalidInput('earning', `${key} is no earning`)
}
