import { PaymentError } from '../errors.ts'
import type { createBooks } from './fake-books.ts'
import type { createIdempotency, Done } from './fake-idempotency.ts'
import type { FakeBookLine } from './fake-options.ts'
import {
  type FakeCharge,
  type FakeDispute,
  type FakeRefund,
  type FakeState,
  type FakeSubscription,
  found,
} from './fake-state.ts'
import type { createWebhookQueue, QueuedWebhook } from './fake-webhooks.ts'

/** Everything that the fake remembers, and where. */
export interface FakeMemory {
  readonly state: FakeState
  readonly books: ReturnType<typeof createBooks>
  readonly webhooks: ReturnType<typeof createWebhookQueue>
  readonly idempotency: ReturnType<typeof createIdempotency>
}

/** A part of a charge, which is told by its reference. */
type Apart<Part extends { charge: FakeCharge }> = Omit<Part, 'charge'> & { readonly chargeRef: string }

/** The memory as it is written. */
interface Snapshot {
  readonly version: 1
  readonly charges: readonly FakeCharge[]
  readonly refunds: readonly Apart<FakeRefund>[]
  readonly disputes: readonly Apart<FakeDispute>[]
  readonly subscriptions: readonly FakeSubscription[]
  readonly lines: readonly FakeBookLine[]
  readonly webhooks: readonly QueuedWebhook[]
  readonly done: readonly (readonly [key: string, fingerprint: string, result: SavedResult])[]
}

type SavedResult = { readonly charge: string } | { readonly refund: string } | { readonly outcome: unknown }

/** The memory as text. */
export function writeSnapshot({ state, books, webhooks, idempotency }: FakeMemory): string {
  const apart = <Part extends { charge: FakeCharge }>({ charge, ...rest }: Part) => ({
    ...rest,
    chargeRef: charge.ref,
  })
  const snapshot: Snapshot = {
    version: 1,
    charges: [...state.charges.values()],
    refunds: [...state.refunds.values()].map(apart),
    disputes: [...state.disputes.values()].map(apart),
    subscriptions: [...state.subscriptions.values()],
    lines: books.lines(),
    webhooks: webhooks.all(),
    done: [...idempotency.done].map(([key, { fingerprint, result }]) => [
      key,
      fingerprint,
      savedResult(result, state),
    ]),
  }
  return JSON.stringify(snapshot, (_, value: unknown) =>
    typeof value === 'bigint' ? { $bigint: value.toString() } : value,
  )
}

/** Fills an empty memory. @throws {@link PaymentError} `misconfigured` for a text that {@link writeSnapshot} did not write. */
export function readSnapshot(text: string, { state, books, webhooks, idempotency }: FakeMemory): void {
  const snapshot = parse(text)
  const together = <Part extends { charge: FakeCharge }>({ chargeRef, ...rest }: Apart<Part>) => ({
    ...rest,
    charge: found(state.charges, chargeRef),
  })
  for (const charge of snapshot.charges) state.charges.set(charge.ref, charge)
  for (const refund of snapshot.refunds) state.refunds.set(refund.ref, together<FakeRefund>(refund))
  for (const dispute of snapshot.disputes) state.disputes.set(dispute.ref, together<FakeDispute>(dispute))
  for (const subscription of snapshot.subscriptions) state.subscriptions.set(subscription.ref, subscription)
  books.restore(snapshot.lines)
  webhooks.restore(snapshot.webhooks)
  for (const [key, fingerprint, result] of snapshot.done) {
    idempotency.done.set(key, { fingerprint, result: foundResult(result, state) })
  }
}

/** What a key did, by reference where it is part of the state: it goes on changing there. */
function savedResult(result: Done['result'], state: FakeState): SavedResult {
  if ('ref' in result && state.charges.has(result.ref)) return { charge: result.ref }
  if ('ref' in result && state.refunds.has(result.ref)) return { refund: result.ref }
  return { outcome: result }
}

function foundResult(result: SavedResult, state: FakeState): Done['result'] {
  if ('charge' in result) return found(state.charges, result.charge)
  if ('refund' in result) return found(state.refunds, result.refund)
  return result.outcome as Done['result']
}

function parse(text: string): Snapshot {
  try {
    const value: Snapshot = JSON.parse(text, (_, part: unknown) =>
      typeof part === 'object' && part !== null && '$bigint' in part ? BigInt(String(part.$bigint)) : part,
    )
    if (value.version === 1) return value
  } catch {}
  throw new PaymentError({
    code: 'misconfigured',
    gateway: 'fake',
    field: 'persistence',
    message: 'What was kept is not the state of a fake of this version.',
    fix: 'Remove it: the fake begins with empty books.',
  })
}
