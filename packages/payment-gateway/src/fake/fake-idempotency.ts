import { PaymentError } from '../errors.ts'

/** Keeps what each key did, so that the same key does it once. */
export function createIdempotency() {
  const done = new Map<string, { fingerprint: string; result: unknown }>()

  return {
    /** Runs `work` for a new key; for a known one it returns what `work` returned then. */
    once<Result>(key: string, request: object, work: () => Result): { result: Result; isFirst: boolean } {
      const fingerprint = JSON.stringify(request, (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      )
      const known = done.get(key)
      if (!known) {
        const result = work()
        done.set(key, { fingerprint, result })
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
