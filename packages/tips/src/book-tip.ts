import {
  disputeReinstatedTransfer,
  disputeTransfer,
  earningTransfer,
  type NewTransfer,
  refundFailedTransfer,
  refundTransfer,
} from '@stagedoor/ledger'
import type { DisputeMovement, Money } from '@stagedoor/payment-gateway'
import { bookPassedBack, bookPassedOn, isPassedBack } from './book-split.ts'
import {
  bookedMovements,
  isOfTip,
  outstandingAmount,
  type StrayPayment,
  type StrayReturn,
  type Tip,
  type TipDispute,
} from './tip.ts'

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
  const { id, chargeRef: ref = '', gatewayFee } = after
  const wasCompleted = before.status === 'completed'
  const booked = wasCompleted ? before.gatewayFee : undefined
  return [
    ...(wasCompleted ? [] : bookEarning(after, occurredAt)),
    ...bookFee(after, { key: `gateway_fee:${id}`, ref, fee: gatewayFee, booked, occurredAt }),
  ]
}

/** Refunds and disputes of the payment. Each is booked by the total that is with the viewer before it. */
function bookReturns(before: Tip, after: Tip, occurredAt: string): readonly NewTransfer[] {
  const wasCompleted = before.status === 'completed'
  const earning = tipEarning(after, occurredAt)
  const transfers: NewTransfer[] = []
  let refundedBefore = wasCompleted ? returnedAmount(before) : 0n
  let passedBack = wasCompleted ? passedBackAmount(before) : 0n
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
      const { amount } = refund
      const key = movementKey(after, 'refund', refund.id)
      // The gateway reckons by refunds alone: what banks took meanwhile is no matter to it.
      const passed = refundTransfer(earning, { ...common, key, amount, refundedBefore: passedBack })
      transfers.push(...bookPassedBack(after, refund, passed))
      passedBack += amount
    }
    if (is > 0n && was === 0n) {
      const input = { ...common, key: movementKey(after, 'refund', refund.id), amount: is }
      add(is, (total) => refundTransfer(earning, { ...input, refundedBefore: total }))
    }
    if (was > 0n && is === 0n) {
      const input = { ...common, key: movementKey(after, 'refund_failed', refund.id), amount: was }
      add(-was, (total) => refundFailedTransfer(earning, { ...input, refundedBefore: total }))
    }
  }
  for (const dispute of after.disputes.filter((part) => isOfTip(after, part))) {
    const earlier = wasCompleted ? before.disputes.find(({ ref }) => ref === dispute.ref) : undefined
    for (const { kind, movement, fee } of newMovements(earlier, dispute)) {
      const { ref, amount } = movement
      const gateway = { id: after.gateway, ref }
      const input = { amount: amount.amount, gateway, occurredAt, mayExceed: true }
      if (kind === 'dispute') {
        const key = movementKey(after, 'dispute', ref)
        add(amount.amount, (total) => disputeTransfer(earning, { ...input, key, refundedBefore: total }))
      } else if (kind === 'dispute_reinstated') {
        const key = movementKey(after, 'dispute_reinstated', ref)
        add(-amount.amount, (total) =>
          disputeReinstatedTransfer(earning, { ...input, key, refundedBefore: total }),
        )
      }
      transfers.push(...bookDisputeFee(after, ref, fee, occurredAt))
    }
  }
  return transfers
}

interface NewMovement {
  /** Null when it is booked already, and its fee is what is new. */
  readonly kind: 'dispute' | 'dispute_reinstated' | null
  readonly movement: DisputeMovement
  readonly fee: Money | undefined
}

/** What there is to book when a dispute goes from one version to the next. */
function newMovements(before: TipDispute | undefined, after: TipDispute): readonly NewMovement[] {
  const booked = before ? bookedMovements(before) : []
  return bookedMovements(after).flatMap((movement): readonly NewMovement[] => {
    const was = booked.find(({ ref }) => ref === movement.ref)
    const kind = movement.kind === 'withdrawn' ? 'dispute' : 'dispute_reinstated'
    const fee = was?.fee ? undefined : movement.fee
    if (was) return fee ? [{ kind: null, movement, fee }] : []
    return [{ kind, movement, fee }]
  })
}

/** What the gateway charges for a dispute, or gives back of that; the platform bears it. */
function bookDisputeFee(
  tip: Tip,
  ref: string,
  fee: Money | undefined,
  occurredAt: string,
): readonly NewTransfer[] {
  if (!fee) return []
  const direction = fee.amount > 0n ? 1n : -1n
  const amount = { ...fee, amount: fee.amount * direction }
  const moved = { ref, account: 'dispute_fees', amount, direction, occurredAt } as const
  return [movement(named(tip, movementKey(tip, 'dispute_fee', ref), 'gateway_fee'), moved)]
}

/** One movement at one gateway is booked once, whichever tip it is of. */
function movementKey({ gateway }: Tip, kind: string, ref: string): string {
  return `${kind}:${gateway}:${ref}`
}

/** Minor units of refunds whose creator's part came back from the creator's account at the gateway. */
function passedBackAmount(tip: Tip): bigint {
  return tip.refunds
    .filter((part) => isOfTip(tip, part) && isPassedBack(tip, part))
    .reduce((sum, { amount }) => sum + amount, 0n)
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
  const strays = after.strays.flatMap((stray) => {
    const { ref, amount, gatewayFee: fee } = stray
    const earlier = before.strays.find((one) => one.ref === ref)
    const key = movementKey(after, 'gateway_fee', ref)
    const charged = bookFee(after, { key, ref, fee, booked: earlier?.gatewayFee, occurredAt })
    if (earlier) return [...charged, ...strayReturns(before, after, stray, occurredAt)]
    const came = movement(named(after, movementKey(after, 'stray', ref), 'adjustment'), {
      ...{ ref, account: 'suspense', amount, direction: -1n, occurredAt },
    })
    return [came, ...charged, ...strayReturns(null, after, stray, occurredAt)]
  })
  const returns = after.strayReturns
    .slice(before.strayReturns.length)
    .flatMap(({ ref, kind, amount, fee }) => [
      bookReturn(after, { kind, ref, amount, occurredAt }),
      ...bookDisputeFee(after, ref, fee, occurredAt),
    ])
  return [...strays, ...returns]
}

/** Refunds and disputes of what came in besides; `before` is null when nothing of it has been booked. */
function strayReturns(
  before: Tip | null,
  after: Tip,
  { ref: chargeRef, amount: { currency } }: StrayPayment,
  occurredAt: string,
): readonly NewTransfer[] {
  const transfers: NewTransfer[] = []
  for (const refund of after.refunds.filter((one) => one.chargeRef === chargeRef)) {
    const { id, ref = id, status } = refund
    const was = before?.refunds.find((refund) => refund.id === id)?.status === 'succeeded'
    const is = status === 'succeeded'
    const kind = is ? 'refund' : 'refund_failed'
    const amount = { amount: refund.amount, currency: refund.currency ?? currency }
    if (was !== is) transfers.push(bookReturn(after, { kind, ref, amount, occurredAt }))
  }
  for (const dispute of after.disputes.filter((one) => one.chargeRef === chargeRef)) {
    const earlier = before?.disputes.find((one) => one.ref === dispute.ref)
    for (const { kind, movement: moved, fee } of newMovements(earlier, dispute)) {
      const { ref, amount } = moved
      if (kind) transfers.push(bookReturn(after, { kind, ref, amount, occurredAt }))
      transfers.push(...bookDisputeFee(after, ref, fee, occurredAt))
    }
  }
  return transfers
}

/** Money that left suspense, or came back to it. */
function bookReturn(
  tip: Tip,
  { kind, ref, amount, occurredAt }: StrayReturn & { readonly occurredAt: string },
): NewTransfer {
  const direction = kind === 'refund' || kind === 'dispute' ? 1n : -1n
  const moved = { account: 'suspense', ref, amount, direction, occurredAt } as const
  return movement(named(tip, movementKey(tip, `stray_${kind}`, ref), kind), moved)
}

interface FeeInput {
  readonly key: string
  /** The gateway's reference of the payment. */
  readonly ref: string
  readonly fee: Money | undefined
  /** What has been booked of it. */
  readonly booked: Money | undefined
  readonly occurredAt: string
}

/** What the gateway kept of a payment, once it says. */
function bookFee(tip: Tip, { key, ref, fee, booked, occurredAt }: FeeInput): readonly NewTransfer[] {
  if (booked || !fee || fee.amount <= 0n) return []
  const moved = { ref, account: 'gateway_fees', amount: fee, direction: 1n, occurredAt } as const
  return [movement(named(tip, key, 'gateway_fee'), moved)]
}

interface Movement {
  readonly ref: string
  readonly account: 'suspense' | 'gateway_fees' | 'dispute_fees'
  /** Above zero. */
  readonly amount: Money
  /** 1 when money leaves the gateway, -1 when it arrives there. */
  readonly direction: 1n | -1n
  readonly occurredAt: string
}

/** What a transfer between a gateway and one of the platform's accounts is called. */
interface MovementName {
  readonly key: string
  readonly kind: NewTransfer['kind']
  /** The gateway's id. */
  readonly gateway: string
  readonly reference: string
}

/** Money that came to a gateway or left it, against an account of the platform. */
export function movement(
  { key, kind, gateway, reference }: MovementName,
  { ref, account, amount: { amount, currency }, direction, occurredAt }: Movement,
): NewTransfer {
  const owned = { owner: gateway, currency }
  return {
    ...{ key, kind, occurredAt, reference },
    entries: [
      { account: 'gateway_clearing', ...owned, amount: direction * amount },
      { account, ...owned, amount: -direction * amount },
    ],
    gateway: { id: gateway, ref },
  }
}

function named({ id, gateway }: Tip, key: string, kind: NewTransfer['kind']): MovementName {
  return { key, kind, gateway, reference: `tip:${id}` }
}

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString()
}
