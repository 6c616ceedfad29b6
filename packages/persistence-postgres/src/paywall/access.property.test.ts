import { it } from 'vitest'
import { checkAgainstModel, checkRepetitions } from '../../../paywall/src/access-histories.fixture.ts'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { migrate } from '../migrate.ts'
import { postgresPaywallStore } from './postgres-paywall-store.ts'

describeOnEachDatabase((_, pool) => {
  const createStore = async () => {
    await migrate(pool(), { schema: 'histories' })
    return postgresPaywallStore(pool(), { schema: 'histories', timeoutMs: 30_000 })
  }

  it('is access as the plain model says, over random histories', async () => {
    const store = await createStore()
    await checkAgainstModel({ createStore: () => store, runs: 40 })
  })

  it('is the same for events that come twice and in any order', async () => {
    const store = await createStore()
    await checkRepetitions({ createStore: () => store, runs: 40 })
  })
})
