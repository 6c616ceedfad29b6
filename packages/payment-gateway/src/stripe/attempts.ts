import type { StripeClient } from './stripe-client.ts'

/**
 * Counts how often the client has sent a request with a key. It sends one again by itself whose connection was lost, and
 * tells in the end only how the last one was answered.
 */
export function createAttempts(client: StripeClient) {
  const counts = new Map<string, number>()
  client.on?.('request', ({ idempotency_key: key = '' }) => {
    const count = counts.get(key)
    if (count !== undefined) counts.set(key, count + 1)
  })

  return {
    begin(key: string): void {
      counts.set(key, counts.get(key) ?? 0)
    },
    /** How many there were since {@link begin}. */
    end(key: string): number {
      const count = counts.get(key) ?? 0
      counts.delete(key)
      return count
    },
  }
}
