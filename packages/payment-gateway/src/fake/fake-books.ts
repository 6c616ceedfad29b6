import { type Money, money } from '../money.ts'
import type { FakeBookLine, FakeBooks } from './fake-options.ts'

type Posting = Pick<FakeBookLine, 'kind' | 'amount' | 'ref' | 'chargeRef' | 'merchantRef' | 'disputeRef'>

/** Append-only books: the state of charges is told by events, what money did by these lines. */
export function createBooks(now: () => string): FakeBooks & {
  post(posting: Posting): void
  restore(kept: readonly FakeBookLine[]): void
} {
  const lines: FakeBookLine[] = []

  return {
    post(posting) {
      if (posting.amount.amount === 0n) return
      lines.push(Object.freeze({ sequence: lines.length + 1, at: now(), ...posting }))
    },
    restore(kept) {
      lines.push(...kept.map((line) => Object.freeze(line)))
    },
    lines: () => [...lines],
    balance(currency): Money {
      const own = lines.filter((line) => line.amount.currency === currency)
      return money(
        own.reduce((sum, line) => sum + line.amount.amount, 0n),
        currency,
      )
    },
  }
}
