const epoch = Date.UTC(2026, 0, 1)
const perMillisecond = 4096

/**
 * Numbers that grow within a process and, as far as clocks agree, over all. They need no document that counts. Two servers
 * may draw the same one; the documents that are named by them refuse the second, who draws again.
 */
export function seqSource(clock: () => number = Date.now): () => number {
  let last = 0
  return () => {
    const drawn = (clock() - epoch) * perMillisecond + Math.floor(Math.random() * perMillisecond)
    last = Math.max(last + 1, drawn)
    return last
  }
}
