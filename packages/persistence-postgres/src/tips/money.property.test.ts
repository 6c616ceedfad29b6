import { describeMoney } from '@stagedoor/tips/testing'
import { afterEach, describe, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { checkLedgerRows } from '../ledger/ledger-rows.fixture.ts'
import { freshStores } from './fresh-stores.fixture.ts'

describeOnEachDatabase((name, pool) => {
  const schemas: string[] = []
  describeMoney(
    { describe, it: (title, body) => it(title, body, 60_000) },
    {
      name,
      evenings: 12,
      createStores: async () => {
        const fresh = await freshStores(pool())
        schemas.push(fresh.schema)
        return fresh
      },
    },
  )
  // The second path: what the store's own answers may hide.
  afterEach(async () => {
    for (const schema of schemas.splice(0)) await checkLedgerRows(pool(), schema)
  })
})
