import { availableParallelism } from 'node:os'

/**
 * Runs work on each item, a few at a time, each as soon as the items it waits for are done.
 *
 * @template T
 * @template R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} work
 * @param {{ after?: (item: T) => readonly T[], limit?: number }} [options]
 * @returns {Promise<R[]>} In the order of the items.
 */
export async function runParallel(items, work, options = {}) {
  const limit = options.limit ?? Math.max(1, Math.min(4, availableParallelism()))
  /** @type {(() => void)[]} */
  const queue = []
  let busy = 0
  const enter = async () => {
    if (busy < limit) busy += 1
    else await new Promise((resolve) => queue.push(() => resolve(undefined)))
  }
  const leave = () => {
    const next = queue.shift()
    if (next) next()
    else busy -= 1
  }
  /** @type {Map<T, Promise<R>>} */
  const started = new Map()
  const start = (/** @type {T} */ item) => {
    const known = started.get(item)
    if (known) return known
    const before = (options.after?.(item) ?? []).map(start)
    const promise = (async () => {
      await Promise.all(before)
      await enter()
      try {
        return await work(item)
      } finally {
        leave()
      }
    })()
    started.set(item, promise)
    return promise
  }
  return Promise.all(items.map(start))
}
