/** Rounds that lose though nobody else gets on, before it is given up. */
const mostIdle = 50

/** Rounds in all: far more than changes of one tip that come at once. */
const mostRounds = 5000

const longestPauseMs = 20

/** Counts the rounds of a change that lose to other changes of the same tip. */
export interface LostRounds {
  /**
   * Waits a moment, so that those who race do not all come back at once.
   *
   * @param version - The tip's version that was tried to be followed.
   * @returns false when it has to be given up. As long as that version grows it is not: somebody is done each time.
   */
  mayRetry(version: number): Promise<boolean>
}

/** Begins to count. */
export function countLostRounds(): LostRounds {
  let [rounds, idle, newest] = [0, 0, 0]
  return {
    mayRetry: async (version) => {
      rounds += 1
      idle = version > newest ? 0 : idle + 1
      newest = Math.max(newest, version)
      if (idle >= mostIdle || rounds >= mostRounds) return false
      // The first few who meet need no pause.
      const pauseMs = Math.random() * Math.min(longestPauseMs, rounds - 2)
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      return true
    },
  }
}
