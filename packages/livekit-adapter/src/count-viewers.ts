/**
 * Counts the viewers of a room when somebody comes or goes. However many do at once, one count runs and one waits: the
 * one that waits begins after all of them, so that its answer holds for all of them, and a storm costs few calls of the
 * thousand a minute that LiveKit Cloud allows a project.
 */
export function coalesce<Result>(work: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  const running = new Map<string, Promise<Result>>()
  const waiting = new Map<string, Promise<Result>>()

  const start = (key: string): Promise<Result> => {
    const run = work(key).finally(() => {
      if (running.get(key) === run) running.delete(key)
    })
    running.set(key, run)
    return run
  }
  return (key) => {
    const current = running.get(key)
    if (!current) return start(key)
    const queued = waiting.get(key)
    if (queued) return queued
    const next = current
      .catch(() => {})
      .then(() => {
        waiting.delete(key)
        return start(key)
      })
    waiting.set(key, next)
    return next
  }
}
