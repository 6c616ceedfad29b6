import { invalidInput } from './errors.ts'
import type { Money } from './money.ts'
import { shareOf, splitFee } from './split.ts'
import type { Entry, GatewayReference, NewTransfer } from './transfer.ts'
import { requireBigint, requireObject, validateGateway } from './validate-transfer.ts'

/** What {@link earningTransfer} books. */
export interface EarningInput {
  /** See {@link NewTransfer.key}. */
  readonly key: string
  readonly creatorId: string
  /** What the viewer paid. */
  readonly paid: Money
  /** The platform's share in hundredths of a percent, as it was when the viewer paid: 1500 is 15 %. */
  readonly feeBps: number
  readonly gateway: GatewayReference
  /** ISO 8601, UTC. */
  readonly occurredAt: string
  /** ISO 8601, UTC: the end of the hold. */
  readonly availableAt: string
  /** Keeps a part of the creator's share back for longer, against disputes. */
  readonly reserve?: { readonly bps: number; readonly availableAt: string }
  readonly reference?: string
}

/**
 * A payment of a viewer: the gateway holds it, the platform earns its fee, and the rest waits for the creator.
 *
 * @throws {@link LedgerError} `invalid_input` for an amount or a rate that is none.
 */
export function earningTransfer(input: EarningInput): NewTransfer {
  requireObject('earning', input)
  requireObject('paid', input.paid)
  requireBigint('paid.amount', input.paid.amount)
  validateGateway('gateway', input.gateway)
  const { key, creatorId, paid, gateway, occurredAt, availableAt, reserve, reference } = input
  const { currency } = paid
  const { fee, net } = splitFee(paid.amount, input.feeBps)
  if (reserve !== undefined) validateReserve(reserve)
  const kept = reserve ? shareOf(net, BigInt(reserve.bps), 10_000n) : 0n
  const creator = { owner: creatorId, currency }
  return {
    key,
    kind: 'earning',
    entries: withoutZero([
      { account: 'gateway_clearing', owner: gateway.id, currency, amount: -paid.amount },
      { account: 'creator_pending', ...creator, amount: net - kept, availableAt },
      ...(reserve
        ? [
            {
              account: 'creator_reserve',
              ...creator,
              amount: kept,
              availableAt: reserve.availableAt,
            } as const,
          ]
        : []),
      { account: 'platform_revenue', ...creator, amount: fee },
    ]),
    occurredAt,
    gateway,
    ...(reference === undefined ? {} : { reference }),
  }
}

function validateReserve(reserve: NonNullable<EarningInput['reserve']>): void {
  requireObject('reserve', reserve)
  const { bps } = reserve
  if (Number.isInteger(bps) && bps >= 0 && bps <= 10_000) return
  throw invalidInput('reserve.bps', `${bps} is no rate; give a whole number from 0 to 10000, 1000 for 10 %`)
}

/** No entry is of nothing: a fee of zero has none. */
export function withoutZero(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ amount }) => amount !== 0n)
}
