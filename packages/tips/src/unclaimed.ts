import type { NewTransfer } from '@stagedoor/ledger'
import type { GatewayEvent, Money } from '@stagedoor/payment-gateway'
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
  readonly kind: 'adjustment' | 'refund' | 'refund_failed' | 'dispute' | 'dispute_reinstated'
  readonly key: string
  readonly ref: string
  readonly amount: Money
}

function returnsOf(event: GatewayEvent): readonly Unclaimed[] {
  const one = (kind: Exclude<Unclaimed['kind'], 'adjustment'>, ref: string, amount: Money): Unclaimed => ({
    ...{ kind, ref, amount },
    key: `${keyOf(event, ref)}:${kind}`,
  })
  if (event.type === 'refund.succeeded') return [one('refund', event.ref, event.amount)]
  if (!('movements' in event)) return []
  return event.movements.map(({ kind, ref, amount }) =>
    one(kind === 'withdrawn' ? 'dispute' : 'dispute_reinstated', ref, amount),
  )
}

/** Once, as the ledger knows the key. */
async function post(context: TipsContext, event: GatewayEvent, { kind, key, ref, amount }: Unclaimed) {
  const direction = kind === 'refund' || kind === 'dispute' ? 1n : -1n
  const moved = { ref, account: 'suspense', amount, direction, occurredAt: event.occurredAt } as const
  const transfer: NewTransfer = movement({ key, kind, gateway: event.gateway, reference: 'unclaimed' }, moved)
  await context.settings.ledger.post(transfer)
}

function keyOf({ gateway }: GatewayEvent, ref: string): string {
  return `unclaimed:${gateway}:${ref}`
}
