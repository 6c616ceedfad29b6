import { abortable } from './pace.ts'

/** Runs work on the same key one after the other, and work on different keys side by side. */
export type Turns = <Result>(
  key: string,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
) => Promise<Result>

/** Within this process only; two machines are told apart by the store's guarded transitions. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return async (key, signal, work) => {
    const before = last.get(key) ?? Promise.resolve()
    const { promise: mine, resolve: done } = Promise.withResolvers<void>()
    const tail = before.then(() => mine)
    last.set(key, tail)
    try {
      await abortable(before, signal)
      return await work()
    } finally {
      done()
      if (last.get(key) === tail) last.delete(key)
    }
  }
}
