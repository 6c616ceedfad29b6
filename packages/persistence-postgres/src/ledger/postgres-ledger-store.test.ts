import { describeLedgerStore } from '@stagedoor/ledger/testing'
import { afterEach, describe, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { freshLedger } from './fresh-ledger.fixture.ts'
import { checkLedgerRows } from './ledger-rows.fixture.ts'

describeOnEachDatabase((name, pool) => {
  let schema: string
  describeLedgerStore(
    { describe, it },
    {
      name,
      createStore: async () => {
        const fresh = await freshLedger(pool())
        schema = fresh.schema
        return fresh.store
      },
    },
  )
  // The second path: what the store's own answers may hide.
  afterEach(() => checkLedgerRows(pool(), schema))
})
