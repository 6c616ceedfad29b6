import type { CallOptions } from '../payment-gateway.ts'
import { createAttempts } from './attempts.ts'
import { type Failure, toFailure } from './errors.ts'
import type { StripeConfig } from './options.ts'
import type { StripeClient, StripeRequestOptions } from './stripe-client.ts'

/** The minimum of a schema that is needed here. */
interface Schema<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: unknown }
}

/** An answer that was read, or how the call failed. */
export type Answer<Value> = { readonly kind: 'answer'; readonly value: Value } | Failure

/** Calls Stripe with the key that was checked, and reads the answer. */
export function createCall(config: StripeConfig) {
  const attempts = createAttempts(config.client)

  return async function call<Value>(
    schema: Schema<Value>,
    options: CallOptions & { readonly idempotencyKey?: string },
    work: (client: StripeClient, options: StripeRequestOptions) => PromiseLike<unknown>,
  ): Promise<Answer<Value>> {
    const { signal, idempotencyKey } = options
    const request: StripeRequestOptions = {
      apiKey: config.apiKey.reveal(),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    }
    const settled = new AbortController()
    let count = 1
    if (idempotencyKey !== undefined) attempts.begin(idempotencyKey)
    const answer = await Promise.race([
      Promise.resolve(work(config.client, request)).then(
        (value): Answer<unknown> => ({ kind: 'answer', value }),
        toFailure,
      ),
      // The client takes no signal: the request goes on, only nobody waits for it.
      ...(signal ? [aborted(signal, settled.signal)] : []),
    ]).finally(() => {
      settled.abort()
      if (idempotencyKey !== undefined) count = attempts.end(idempotencyKey)
    })
    if (answer.kind === 'declined' && answer.decline.code === 'gateway_busy' && count > 1) {
      // Only the last request was too fast; what became of the one before is not known.
      return { kind: 'unknown', reason: 'no_answer' }
    }
    if (answer.kind !== 'answer') return answer
    const parsed = schema.safeParse(answer.value)
    return parsed.success
      ? { kind: 'answer', value: parsed.data }
      : { kind: 'unknown', reason: 'ambiguous_answer' }
  }
}

/** What {@link createCall} makes. */
export type Call = ReturnType<typeof createCall>

/** Resolves when the caller gives up; stops listening when there is an answer, as signals may live for long. */
function aborted(signal: AbortSignal, settled: AbortSignal): Promise<Failure> {
  return new Promise((resolve) => {
    const give = () => resolve({ kind: 'unknown', reason: 'aborted' })
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true, signal: settled })
  })
}
