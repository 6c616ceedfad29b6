import type { Logger } from '@stagedoor/streaming-core'
import { pause } from '../pause.ts'
import type { GatewayService } from './gateway-service.ts'
import type { Money } from './money.ts'

/** What a platform does about money again and again. */
export interface MoneyLoop {
  /** `ok`, or what the last run could not do. */
  state(): string
  stop(): Promise<void>
}

const soonMs = 2000
const maintainEveryMs = 3_600_000

/**
 * Looks up what nobody has told of, delivers what happened, and lets what is past its hold become available, each by
 * itself: none of them waits for another one. All of it may run on any number of servers at once.
 */
export function startMoneyLoop({ tips, ledger }: Money, gateway: GatewayService, logger: Logger): MoneyLoop {
  const stopping = new AbortController()
  const { signal } = stopping
  const problems = new Map<string, string>()

  async function repeat(what: string, work: () => Promise<unknown>, everyMs: number) {
    while (!signal.aborted) {
      try {
        await work()
        problems.delete(what)
      } catch (error) {
        if (!signal.aborted) logger.warn('money could not be looked after', { what, cause: error })
        problems.set(what, error instanceof Error ? error.message : String(error))
      }
      await pause(everyMs, signal)
    }
  }

  async function mature() {
    await ledger.mature({ signal })
    await ledger.takeSnapshots()
  }

  const running = [
    repeat('gateway', () => gateway.tick(), soonMs),
    repeat('deliver', () => tips.deliver({ signal }), soonMs),
    repeat('reconcile', () => tips.reconcile({ signal }), soonMs),
    repeat('mature', mature, soonMs),
    pause(maintainEveryMs, signal).then(() => repeat('maintain', () => tips.maintain(), maintainEveryMs)),
  ]
  return {
    state: () => [...problems.values()][0] ?? 'ok',
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
