import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is truthy; names what it waited for when it gives up. */
export async function waitFor<Answer>(
  ask: () => Promise<Answer> | Answer,
  what: string,
  seconds = 30,
): Promise<NonNullable<Answer>> {
  const giveUpAt = performance.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > giveUpAt) throw new Error(`Waited ${seconds} s for ${what}.`)
    await sleep(100)
  }
}
