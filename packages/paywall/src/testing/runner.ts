/** The part of a test runner that the suite uses: vitest, jest and node:test all fit. */
export interface TestRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** Fails the test that runs unless both are the same JSON. */
export function assertSame(actual: unknown, expected: unknown, message: string): void {
  const [left, right] = [JSON.stringify(sorted(actual)), JSON.stringify(sorted(expected))]
  if (left !== right) throw new Error(`${message}\n  expected ${right}\n  actual   ${left}`)
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  )
}
