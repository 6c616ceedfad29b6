import type { Streaming } from '@stagedoor/streaming-core'
import { pause } from './pause.ts'

/** The reconciler, run again and again. */
export interface ReconcileLoop {
  /** `ok`, or what the last run could not do at this adapter. */
  readonly state: (adapterId: string) => string
  stop(): Promise<void>
}

/** Runs `streaming.reconcile()` with a pause between two runs, never two at once. */
export function startReconcileLoop(streaming: Streaming, everySeconds: number): ReconcileLoop {
  const stopping = new AbortController()
  let problems: readonly string[] = ['has not run yet']
  let finishedAt = Date.now()

  async function run() {
    while (!stopping.signal.aborted) {
      const startedAt = Date.now()
      try {
        const report = await streaming.reconcile({ signal: stopping.signal })
        problems = report.problems
      } catch (error) {
        problems = [error instanceof Error ? error.message : String(error)]
      }
      finishedAt = Date.now()
      await pause(Math.max(100, everySeconds * 1000 - (Date.now() - startedAt)), stopping.signal)
    }
  }

  const running = run()
  return {
    state: (adapterId) => {
      const silentSeconds = Math.round((Date.now() - finishedAt) / 1000)
      if (silentSeconds > everySeconds + 30) return `no answer for ${silentSeconds} s`
      return problems.find((problem) => (adapterNamed(problem) ?? adapterId) === adapterId) ?? 'ok'
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

/** The adapter that a problem is about; undefined for one that names none. */
function adapterNamed(problem: string): string | undefined {
  return /"(\w+)"/.exec(problem)?.[1]
}
