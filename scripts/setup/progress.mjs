/**
 * Prints that something long begins, a sign of life every 20 seconds, and how long it took.
 *
 * @param {string} what
 * @param {string} [note] - Printed once, such as how long it may take.
 * @returns {() => void} Call it at the end.
 */
export function progress(what, note = '') {
  const start = Date.now()
  const seconds = () => ((Date.now() - start) / 1000).toFixed(0)
  console.log(`- ${what}${note && ` (${note})`} ...`)
  const timer = setInterval(() => console.log(`  still ${what} (${seconds()} s)`), 20_000)
  timer.unref()
  return () => {
    clearInterval(timer)
    console.log(`  done in ${seconds()} s`)
  }
}
