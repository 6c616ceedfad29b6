/** The part of a test runner that the suites use: vitest, jest and node:test all fit. */
export interface TestRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void> | void): void
}

/** Fails the test that runs. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message)
}

/** Compares by JSON, with a bigint as its digits and an n. */
export function assertEqual(actual: unknown, expected: unknown, message: string): void {
  const [left, right] = [stable(actual), stable(expected)]
  if (left !== right) throw new Error(`${message}\n  expected ${right}\n  actual   ${left}`)
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, child: unknown) =>
    typeof child === 'bigint'
      ? `${child}n`
      : typeof child === 'object' && child !== null && !Array.isArray(child)
        ? Object.fromEntries(Object.entries(child).sort(([left], [right]) => (left < right ? -1 : 1)))
        : child,
  )
}
