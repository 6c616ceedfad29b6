/**
 * Asks again until the answer is truthy, and returns it. A busy machine gets a minute.
 *
 * @param what - For the message: "Waited 60 s for ...".
 */
export async function waitFor<Value>(
  ask: () => Promise<Value> | Value,
  what: string,
  seconds = 60,
): Promise<NonNullable<Value>> {
  const giveUpAt = performance.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > giveUpAt) throw new Error(`Waited ${seconds} s for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
