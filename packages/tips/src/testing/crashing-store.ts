import type { TipStore } from '../tip-store.ts'

/** Stands for the end of the process in the middle of its work. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

/** A store under a process that dies: before a verb, or after it was done and before anybody heard of it. */
export interface CrashingStore {
  readonly store: TipStore
  /** The process dies at the so manieth write from now, before or after it. */
  crashAt(write: number, when: 'before' | 'after'): void
  /** It lives on. */
  heal(): void
}

const writes: ReadonlySet<string> = new Set(['create', 'commit', 'removeEvents', 'announceGoal', 'addAlerts'])

/** Wraps a store so that each of its writes can be the last thing that a process did. */
export function crashingStore(inner: TipStore): CrashingStore {
  let left = Number.POSITIVE_INFINITY
  let when: 'before' | 'after' = 'before'
  const store = new Proxy(inner, {
    get: (target, name: keyof TipStore & string) => {
      const verb = target[name] as (...given: unknown[]) => Promise<unknown>
      if (!writes.has(name)) return verb
      return async (...given: unknown[]) => {
        left -= 1
        // A dead process does not write again.
        if (left < 0 || (left === 0 && when === 'before')) throw new Crash(`The process died at ${name}.`)
        const answer = await verb.apply(target, given)
        if (left === 0) throw new Crash(`The process died after ${name}.`)
        return answer
      }
    },
  })
  return {
    store,
    crashAt: (write, where) => {
      left = write
      when = where
    },
    heal: () => {
      left = Number.POSITIVE_INFINITY
    },
  }
}
