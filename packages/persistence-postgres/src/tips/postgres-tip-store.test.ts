import { describeTipStore } from '@stagedoor/tips/testing'
import { afterEach, describe, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { checkLedgerRows } from '../ledger/ledger-rows.fixture.ts'
import { freshStores } from './fresh-stores.fixture.ts'

describeOnEachDatabase((name, pool) => {
  let schema: string
  describeTipStore(
    { describe, it: (title, body) => it(title, body, 20_000) },
    {
      name,
      createStores: async () => {
        const fresh = await freshStores(pool())
        schema = fresh.schema
        return fresh
      },
    },
  )
  // The second path: what the store's own answers may hide.
  afterEach(() => checkLedgerRows(pool(), schema))
})
