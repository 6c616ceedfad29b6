import type { Money } from '@stagedoor/payment-gateway'
import type { Tip } from '@stagedoor/tips'
import type { FirestoreData, FirestoreSnapshot } from '../firestore-client.ts'
import { type Stored, toStored } from './stored-value.ts'

/** What the store keeps of a tip beside it. */
export interface TipBookkeeping {
  /** When it is to be looked up, null for never. */
  readonly checkAt: string | null
  /** Names the call that wrote this version: a commit whose answer was lost is known again when it is repeated. */
  readonly writeId: string
}

/** A tip and who wrote it, as read. */
export interface TipRecord {
  readonly tip: Tip
  readonly writeId: string
}

/** The fields of a tip's document: the tip, and beside it what is queried for. */
export function toTipRecord(tip: Tip, bookkeeping: TipBookkeeping): FirestoreData {
  const { id, creatorId, payerId, streamId = null, status, createdAt, gateway, chargeRef, strays } = tip
  const refs = [...(chargeRef === undefined ? [] : [chargeRef]), ...strays.map(({ ref }) => ref)]
  return {
    ...{ id, creatorId, payerId, streamId, status, createdAt, ...bookkeeping },
    charges: [...new Set(refs.map((ref) => chargeName(gateway, ref)))],
    tip: toStored(tip),
  }
}

/** Null for a document that is not there. */
export function fromTipRecord(snapshot: FirestoreSnapshot | undefined): TipRecord | null {
  const data = snapshot?.data()
  if (!data) return null
  const { tip, writeId } = data as FirestoreData & { tip: Stored<Tip>; writeId: string }
  const { gatewayFee } = tip
  return {
    writeId,
    tip: {
      ...tip,
      amount: fromMoney(tip.amount),
      fee: BigInt(tip.fee),
      net: BigInt(tip.net),
      refundedTotal: BigInt(tip.refundedTotal),
      refunds: tip.refunds.map((refund) => ({ ...refund, amount: BigInt(refund.amount) })),
      disputes: tip.disputes.map((dispute) => ({
        ...dispute,
        movements: dispute.movements.map((movement) => ({
          ...movement,
          amount: fromMoney(movement.amount),
          ...(movement.fee ? { fee: fromMoney(movement.fee) } : {}),
        })),
      })),
      strays: tip.strays.map((stray) => ({
        ...stray,
        amount: fromMoney(stray.amount),
        ...(stray.gatewayFee ? { gatewayFee: fromMoney(stray.gatewayFee) } : {}),
      })),
      strayReturns: tip.strayReturns.map((one) => ({
        ...one,
        amount: fromMoney(one.amount),
        ...(one.fee ? { fee: fromMoney(one.fee) } : {}),
      })),
      ...(gatewayFee ? { gatewayFee: fromMoney(gatewayFee) } : {}),
    } as Tip,
  }
}

/** One value to find a tip by its payment. */
export function chargeName(gateway: string, chargeRef: string): string {
  return JSON.stringify([gateway, chargeRef])
}

export function fromMoney({ amount, currency }: Stored<Money>): Money {
  return { amount: BigInt(amount), currency }
}
