import {
  disputeReinstatedTransfer,
  disputeTransfer,
  earningTransfer,
  type NewTransfer,
  refundFailedTransfer,
  refundTransfer,
} from '@stagedoor/ledger'
import type { Money } from '@stagedoor/payment-gateway'
import { bookPassedBack, bookPassedOn, isPassedBack } from './book-split.ts'
import { isOfTip, outstandingAmount, type StrayPayment, type Tip } from './tip.ts'

/**
 * What the ledger has to book when a tip goes from one version to the next. It follows from the two alone, so that a
 * version that is committed once is booked once.
 *
 * @param occurredAt - ISO 8601, UTC: when it happened at the gateway.
 */
export function bookTip(before: Tip, after: Tip, occurredAt: string): readonly NewTransfer[] {
  return [
    ...bookStrays(before, after, occurredAt),
    ...bookPayment(before, after, occurredAt),
    ...(after.status === 'completed' ? bookReturns(before, after, occurredAt) : []),
  ]
}

/** The transfer that completed a tip, as it was booked. */
function tipEarning(tip: Tip, occurredAt: string): NewTransfer {
  const { id, creatorId, amount, terms, gateway, chargeRef = '', completedAt = occurredAt } = tip
  const { feeBps, holdSeconds, reserve } = terms
  return earningTransfer({
    key: `completion:${id}`,
    creatorId,
    paid: amount,
    feeBps,
    gateway: { id: gateway, ref: chargeRef },
    occurredAt,
    availableAt: later(completedAt, holdSeconds),
    ...(reserve
      ? { reserve: { bps: reserve.bps, availableAt: later(completedAt, reserve.holdSeconds) } }
      : {}),
    reference: `tip:${id}`,
  })
}

function bookEarning(tip: Tip, occurredAt: string): readonly NewTransfer[] {
  const earning = tipEarning(tip, occurredAt)
  return tip.terms.isSplitAtCharge ? [earning, ...bookPassedOn(tip, earning)] : [earning]
}

function bookPayment(before: Tip, after: Tip, occurredAt: string): readonly NewTransfer[] {
  if (after.status !== 'completed') return []
  const { id, chargeRef = '', gatewayFee } = after
  const isFeeNew =
    gatewayFee !== undefined &&
    gatewayFee.amount > 0n &&
    (before.gatewayFee === undefined || before.status !== 'completed')
  return [
    ...(before.status === 'completed' ? [] : bookEarning(after, occurredAt)),
    ...(isFeeNew
      ? [
          movement(`gateway_fee:${id}`, 'gateway_fee', after, {
            ...{ ref: chargeRef, account: 'gateway_fees', amount: gatewayFee, occurredAt },
            direction: 1n,
          }),
        ]
      : []),
  ]
}

/** Refunds and disputes of the payment. Each is booked by the total that is with the viewer before it. */
function bookReturns(before: Tip, after: Tip, occurredAt: string): readonly NewTransfer[] {
  const wasCompleted = before.status === 'completed'
  const earning = tipEarning(after, occurredAt)
  const transfers: NewTransfer[] = []
  let refundedBefore = wasCompleted ? returnedAmount(before) : 0n
  const add = (change: bigint, make: (refundedBefore: bigint) => NewTransfer) => {
    transfers.push(make(refundedBefore))
    refundedBefore += change
  }
  for (const refund of after.refunds.filter((part) => isOfTip(after, part))) {
    const earlier = wasCompleted ? before.refunds.find(({ id }) => id === refund.id) : undefined
    const gateway = { id: after.gateway, ref: refund.ref ?? refund.id }
    const was = earlier?.status === 'succeeded' ? earlier.amount : 0n
    const is = refund.status === 'succeeded' ? refund.amount : 0n
    const common = { gateway, occurredAt, mayExceed: true }
    if (isPassedBack(after, refund) && !(earlier && isPassedBack(after, earlier))) {
      const input = { ...common, key: `refund:${refund.id}`, amount: refund.amount, refundedBefore }
      transfers.push(...bookPassedBack(after, refund, refundTransfer(earning, input)))
    }
    if (is > 0n && was === 0n) {
      const input = { ...common, key: `refund:${refund.id}`, amount: is }
      add(is, (total) => refundTransfer(earning, { ...input, refundedBefore: total }))
    }
    if (was > 0n && is === 0n) {
      const input = { ...common, key: `refund_failed:${refund.id}`, amount: was }
      add(-was, (total) => refundFailedTransfer(earning, { ...input, refundedBefore: total }))
    }
  }
  for (const dispute of after.disputes.filter((part) => isOfTip(after, part))) {
    const earlier = wasCompleted ? before.disputes.find(({ ref }) => ref === dispute.ref) : undefined
    const gateway = { id: after.gateway, ref: dispute.ref }
    const common = { gateway, occurredAt, mayExceed: true }
    const { withdrawn, fee } = dispute
    if (withdrawn > 0n && !earlier?.withdrawn) {
      const input = {
        ...common,
        key: `dispute:${dispute.ref}`,
        amount: withdrawn,
        ...(fee ? { disputeFee: fee } : {}),
      }
      add(withdrawn, (total) => disputeTransfer(earning, { ...input, refundedBefore: total }))
    }
    const returned = withdrawn - outstandingAmount(dispute)
    if (returned > 0n && !(earlier?.withdrawn && earlier.reinstated)) {
      const input = { ...common, key: `dispute_reinstated:${dispute.ref}`, amount: returned }
      add(-returned, (total) => disputeReinstatedTransfer(earning, { ...input, refundedBefore: total }))
    }
  }
  return transfers
}

/** Minor units of the payment that are with the viewer, as they are booked. */
function returnedAmount(tip: Tip): bigint {
  const disputed = tip.disputes
    .filter((part) => isOfTip(tip, part))
    .reduce((sum, dispute) => sum + outstandingAmount(dispute), 0n)
  return tip.refundedTotal + disputed
}

/** What came in besides waits in suspense until it has gone back, or until somebody has looked. */
function bookStrays(before: Tip, after: Tip, occurredAt: string): readonly NewTransfer[] {
  return after.strays.flatMap((stray) => {
    const { ref, amount } = stray
    if (before.strays.some((one) => one.ref === ref)) return strayReturns(before, after, stray, occurredAt)
    const came = movement(`stray:${after.gateway}:${ref}`, 'adjustment', after, {
      ...{ ref, account: 'suspense', amount, direction: -1n, occurredAt },
    })
    return [came, ...strayReturns(null, after, stray, occurredAt)]
  })
}

/** Refunds and disputes of what came in besides; `before` is null when nothing of it has been booked. */
function strayReturns(
  before: Tip | null,
  after: Tip,
  { ref: chargeRef, amount: { currency } }: StrayPayment,
  occurredAt: string,
): readonly NewTransfer[] {
  const transfers: NewTransfer[] = []
  const add = (kind: ReturnKind, id: string, ref: string, amount: bigint, fee?: Money) => {
    const direction = kind === 'refund' || kind === 'dispute' ? 1n : -1n
    const money = { amount, currency }
    const moved = { account: 'suspense', ref, amount: money, direction, occurredAt } as const
    transfers.push(movement(`${kind}:${id}`, kind, after, moved, fee))
  }
  for (const { id, ref = id, amount, status } of after.refunds.filter((one) => one.chargeRef === chargeRef)) {
    const was = before?.refunds.find((refund) => refund.id === id)?.status === 'succeeded'
    const is = status === 'succeeded'
    if (was !== is) add(is ? 'refund' : 'refund_failed', id, ref, amount)
  }
  for (const dispute of after.disputes.filter((one) => one.chargeRef === chargeRef)) {
    const { ref, withdrawn, fee } = dispute
    const earlier = before?.disputes.find((one) => one.ref === ref)
    if (withdrawn > 0n && !earlier?.withdrawn) add('dispute', ref, ref, withdrawn, fee)
    const returned = withdrawn - outstandingAmount(dispute)
    const isBooked = earlier !== undefined && earlier.withdrawn > 0n && earlier.reinstated > 0n
    if (returned > 0n && !isBooked) add('dispute_reinstated', ref, ref, returned)
  }
  return transfers
}

type ReturnKind = 'refund' | 'refund_failed' | 'dispute' | 'dispute_reinstated'

interface Movement {
  readonly ref: string
  readonly account: 'suspense' | 'gateway_fees'
  readonly amount: Money
  /** 1 when money leaves the gateway, -1 when it arrives there. */
  readonly direction: 1n | -1n
  readonly occurredAt: string
}

function movement(
  key: string,
  kind: NewTransfer['kind'],
  tip: Tip,
  { ref, account, amount: { amount, currency }, direction, occurredAt }: Movement,
  disputeFee?: Money,
): NewTransfer {
  const owned = { owner: tip.gateway, currency }
  const charged = { owner: tip.gateway, currency: disputeFee?.currency ?? currency }
  return {
    key,
    kind,
    entries: [
      { account: 'gateway_clearing', ...owned, amount: direction * amount },
      { account, ...owned, amount: -direction * amount },
      ...(disputeFee
        ? ([
            { account: 'gateway_clearing', ...charged, amount: disputeFee.amount },
            { account: 'dispute_fees', ...charged, amount: -disputeFee.amount },
          ] as const)
        : []),
    ],
    occurredAt,
    reference: `tip:${tip.id}`,
    gateway: { id: tip.gateway, ref },
  }
}

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString()
}
