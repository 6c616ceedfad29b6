import type { IvsLocalOptions } from '@stagedoor/ivs-local'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.fixture.ts'
import { ivs } from './ivs.ts'
import type { IvsOptions } from './ivs-options.ts'
import { type LocalIvs, startLocalIvs } from './local-ivs.fixture.ts'

/** A local IVS and a faulty network before it, for every test or for all tests of the place where it is called. */
export function useFaultyIvs(scope: 'each' | 'all', settings: IvsLocalOptions = {}) {
  let running: LocalIvs
  let proxy: FaultyProxy
  const start = async () => {
    running = await startLocalIvs(settings)
    proxy = await startFaultyProxy(running.local.url)
  }
  const stop = async () => {
    await proxy.close()
    await running.close()
  }
  if (scope === 'each') {
    beforeEach(start)
    afterEach(stop)
  } else {
    beforeAll(start)
    afterAll(stop)
  }
  return {
    get running() {
      return running
    },
    get proxy() {
      return proxy
    },
    /** An adapter that talks through the proxy. */
    adapter: (options: Partial<IvsOptions> = {}) =>
      ivs({ ...running.options, endpoint: proxy.url, ...options }),
  }
}

/** What the tests make channels from. */
export const show = {
  streamId: 's1',
  creatorId: 'ava',
  title: 'A show',
  quality: 'hd',
  publishing: 'obs',
  record: false,
} as const
