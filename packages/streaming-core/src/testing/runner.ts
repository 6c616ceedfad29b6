/** The part of a test runner that the suites use: vitest, jest and node:test all fit. */
export interface TestRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void> | void): void
}

/** Fails the test that runs. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

/** Compares by JSON, which is how streams are stored and sent. */
export function assertEqual(actual: unknown, expected: unknown, message: string): void {
  const [left, right] = [stable(actual), stable(expected)]
  if (left !== right) throw new Error(`${message}\n  expected ${right}\n  actual   ${left}`)
}

/** Fails unless `work` rejects with a StreamingError of one of the codes. */
export async function assertRejects(work: () => Promise<unknown>, codes: readonly string[]): Promise<void> {
  const outcome = await work().then(
    () => 'resolved',
    (error: unknown) =>
      error instanceof Error && 'code' in error ? String(error.code) : `threw ${String(error)}`,
  )
  assert(codes.includes(outcome), `expected an error with code ${codes.join(' or ')}, but it ${outcome}`)
}

/** Prints that a group does not run, in the runner's own report. */
export function reportSkipped(runner: TestRunner, group: string, reason: string): void {
  runner.it(`${group}: not run, ${reason}`, () => {})
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, child: unknown) =>
    typeof child === 'object' && child !== null && !Array.isArray(child)
      ? Object.fromEntries(Object.entries(child).sort(([left], [right]) => (left < right ? -1 : 1)))
      : child,
  )
}
