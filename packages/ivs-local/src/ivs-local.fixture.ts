import { IvsClient } from '@aws-sdk/client-ivs'
import { createIvsLocal, type IvsEvent, type IvsLocalOptions } from '@stagedoor/ivs-local'
import { afterEach } from 'vitest'

/** Local services of the tests in the file that calls this, each with the AWS SDK's client; ended after each test. */
export function useIvsLocal() {
  const cleanups: (() => Promise<unknown> | unknown)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })
  const start = async (options: IvsLocalOptions = {}) => {
    const events: IvsEvent[] = []
    const warnings: string[] = []
    const local = createIvsLocal({
      port: 0,
      rtmpPort: 0,
      onEvent: (event) => events.push(event),
      onWarning: (warning) => warnings.push(warning),
      enforceRateLimits: false,
      ...options,
    })
    await local.start()
    cleanups.push(() => local.close())
    const client = new IvsClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    })
    cleanups.push(() => client.destroy())
    return { local, client, events, warnings }
  }
  return { start, cleanups }
}

/** The first event of this name. */
export function named(events: readonly IvsEvent[], name: string): IvsEvent | undefined {
  return events.find((event) => event.detail.event_name === name)
}
