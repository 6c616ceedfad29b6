import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is yes. */
export async function waitUntil(what: string, ask: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (await ask()) return
    await sleep(10)
  }
  throw new Error(`It never came true that ${what}`)
}
