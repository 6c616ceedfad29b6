import { isPaymentError, type PaymentErrorCode } from '../errors.ts'

/** The part of a test runner that the suite uses: vitest, jest and node:test all fit. */
export interface TestRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void> | void): void
}

/** Fails the test that runs. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

/** Compares by JSON, bigints as their digits. */
export function assertEqual(actual: unknown, expected: unknown, message: string): void {
  const [left, right] = [written(actual), written(expected)]
  if (left !== right) throw new Error(`${message}\n  expected ${right}\n  actual   ${left}`)
}

/** Fails unless `work` rejects with a PaymentError of the code; returns its message. */
export async function assertRejects(work: () => Promise<unknown>, code: PaymentErrorCode): Promise<string> {
  const outcome = await work().then(
    (value) => `resolved with ${written(value)}`,
    (error: unknown) => error,
  )
  if (isPaymentError(outcome, code)) return outcome.message
  throw new Error(`expected a PaymentError with code ${code}, but got: ${String(outcome)}`)
}

/** Prints that a group does not run, in the runner's own report. */
export function reportSkipped(runner: TestRunner, group: string, reason: string): void {
  runner.it(`${group}: not run, ${reason}`, () => {})
}

function written(value: unknown): string {
  return JSON.stringify(value, (_, child: unknown) => (typeof child === 'bigint' ? `${child}` : child))
}
