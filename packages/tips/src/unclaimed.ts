import type { NewTransfer } from '@stagedoor/ledger'
import { type GatewayEvent, type Money, negateMoney } from '@stagedoor/payment-gateway'
import { movement } from './book-tip.ts'
import type { TipsContext } from './tips-context.ts'

/**
 * Books money that came in and names no tip, because its payer changed the reference on the way, and what becomes of it later. It
 * is in suspense, under the gateway's reference, until somebody has looked.
 *
 * @returns false for everything else.
 */
export async function bookUnclaimed(context: TipsContext, event: GatewayEvent): Promise<boolean> {
  if (event.type === 'payment.mismatched') {
    const { ref, amount } = event
    if (event.merchantRef !== undefined || amount.amount <= 0n) return false
    await post(context, event, { kind: 'adjustment', key: keyOf(event, ref), ref, amount })
    const { gateway, id: eventId } = event
    context.settings.logger.error('money came in that names no tip; it is in suspense', {
      gateway,
      eventId,
      ref,
    })
    return true
  }
  if (!('chargeRef' in event) || event.chargeRef === undefined) return false
  if (!(await context.settings.ledger.get(keyOf(event, event.chargeRef)))) return false
  for (const returned of returnsOf(event)) await post(context, event, returned)
  return true
}

interface Unclaimed {
  readonly kind: 'adjustment' | 'refund' | 'refund_failed' | 'dispute' | 'dispute_reinstated' | 'gateway_fee'
  readonly key: string
  readonly ref: string
  readonly amount: Money
}

function returnsOf(event: GatewayEvent): readonly Unclaimed[] {
  const one = (kind: Unclaimed['kind'], ref: string, amount: Money): Unclaimed => ({
    ...{ kind, ref, amount },
    key: `${keyOf(event, ref)}:${kind}`,
  })
  if (event.type === 'refund.succeeded') return [one('refund', event.ref, event.amount)]
  // That it was made may be told of later, or never; the two together are nothing.
  if (event.type === 'refund.failed') {
    return [one('refund', event.ref, event.amount), one('refund_failed', event.ref, event.amount)]
  }
  if (!('movements' in event)) return []
  return event.movements.flatMap(({ kind, ref, amount, fee }) => [
    one(kind === 'withdrawn' ? 'dispute' : 'dispute_reinstated', ref, amount),
    ...(fee ? [one('gateway_fee', ref, fee)] : []),
  ])
}

const outward: ReadonlySet<Unclaimed['kind']> = new Set(['refund', 'dispute', 'gateway_fee'])

/** Once, as the ledger knows the key. */
async function post(context: TipsContext, event: GatewayEvent, { kind, key, ref, amount: told }: Unclaimed) {
  // A fee below zero is one that came back.
  const isNegative = told.amount < 0n
  const amount = isNegative ? negateMoney(told) : told
  const direction = outward.has(kind) !== isNegative ? 1n : -1n
  const account = kind === 'gateway_fee' ? 'dispute_fees' : 'suspense'
  const moved = { ref, account, amount, direction, occurredAt: event.occurredAt } as const
  const transfer: NewTransfer = movement({ key, kind, gateway: event.gateway, reference: 'unclaimed' }, moved)
  await context.settings.ledger.post(transfer)
}

function keyOf({ gateway }: GatewayEvent, ref: string): string {
  return `unclaimed:${gateway}:${ref}`
}
