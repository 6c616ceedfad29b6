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

const everyMs = 2000
const maintainEveryMs = 3_600_000

/**
 * Looks up what nobody has told of, delivers what happened, and lets what is past its hold become available. All of it may
 * run on any number of servers at once.
 */
export function startMoneyLoop({ tips, ledger }: Money, gateway: GatewayService, logger: Logger): MoneyLoop {
  const stopping = new AbortController()
  const { signal } = stopping
  let problem = 'ok'
  let maintainedAt = Date.now()

  async function runOnce() {
    await gateway.tick()
    await tips.deliver({ signal })
    await tips.reconcile({ signal })
    await ledger.mature({ signal })
    await ledger.takeSnapshots()
    if (Date.now() - maintainedAt < maintainEveryMs) return
    maintainedAt = Date.now()
    await tips.maintain()
  }

  async function run() {
    while (!signal.aborted) {
      try {
        await runOnce()
        problem = 'ok'
      } catch (error) {
        if (!signal.aborted) logger.warn('money could not be looked after', { cause: error })
        problem = error instanceof Error ? error.message : String(error)
      }
      await pause(everyMs, signal)
    }
  }

  const running = run()
  return {
    state: () => problem,
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
