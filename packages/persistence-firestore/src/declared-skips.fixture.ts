import type { TestRunner } from '@stagedoor/streaming-core/testing'
import { describe, it, type TestContext } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test is reported as skipped; `npm test` prints it and lets it pass. */
    skippedBecause?: string
  }
}

/**
 * A test runner for something that cannot do everything that is asked of it: `unsupported` says by the test's name what it
 * cannot do, and why. Those tests run all the same, and are reported as skipped with the reason when they fail. One that
 * passes is declared wrongly and fails, and so is an entry that names no test. Only what goes wrong by chance, such as a race,
 * may pass too: `byChance` has those reasons.
 */
export function withDeclaredSkips(
  unsupported: Readonly<Record<string, string>>,
  {
    timeout = 60_000,
    byChance = [],
  }: { readonly timeout?: number; readonly byChance?: readonly string[] } = {},
): TestRunner {
  const named = new Set<string>()
  return {
    describe: (name, body) =>
      describe(name, () => {
        body()
        it('has a test for each thing that is declared as unsupported', () => {
          const unknown = Object.keys(unsupported).filter((entry) => !named.has(entry))
          if (unknown.length > 0) throw new Error(`no test is called ${unknown.join(', or ')}`)
        })
      }),
    it: (name, body) => {
      named.add(name)
      const reason = unsupported[name]
      it(name, { timeout }, async (context) => {
        if (reason === undefined) return body()
        let failure: unknown
        try {
          await body()
        } catch (error) {
          failure = error
        }
        if (failure === undefined && byChance.includes(reason)) return
        if (failure === undefined) throw new Error(`it passes here: take it off the list of "${reason}"`)
        skipBecause(context, reason)
      })
    },
  }
}

/** Reports the test that runs as skipped, with the reason. */
export function skipBecause(context: TestContext, reason: string): never {
  context.task.meta.skippedBecause = reason
  context.skip(reason)
}
