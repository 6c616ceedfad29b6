import { PaymentError } from '../errors.ts'
import type { RefundOutcome } from '../outcome.ts'
import type { FakeCharge, FakeRefund } from './fake-state.ts'

/** What a key did. */
export interface Done {
  readonly fingerprint: string
  readonly result: FakeCharge | FakeRefund | RefundOutcome
}

/** Keeps what each key did, so that the same key does it once. */
export function createIdempotency(changed: () => void) {
  const done = new Map<string, Done>()

  return {
    done,
    /** Runs `work` for a new key; for a known one it returns what `work` returned then. */
    once<Result extends Done['result']>(
      key: string,
      request: object,
      work: () => Result,
    ): { result: Result; isFirst: boolean } {
      const fingerprint = JSON.stringify(request, (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      )
      const known = done.get(key)
      if (!known) {
        const result = work()
        done.set(key, { fingerprint, result })
        changed()
        return { result, isFirst: true }
      }
      if (known.fingerprint === fingerprint) return { result: known.result as Result, isFirst: false }
      throw new PaymentError({
        code: 'conflict',
        field: 'idempotencyKey',
        gateway: 'fake',
        message: 'The idempotency key was used for another request.',
        fix: 'Derive the key from the tip or refund, and send the same request with it.',
      })
    },
  }
}
