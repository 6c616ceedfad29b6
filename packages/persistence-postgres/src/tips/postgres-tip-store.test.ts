import { describeTipStore } from '@stagedoor/tips/testing'
import { afterEach, describe, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { checkLedgerRows } from '../ledger/ledger-rows.fixture.ts'
import { emptyStores, freshStores } from './fresh-stores.fixture.ts'

describeOnEachDatabase((name, pool) => {
  let fresh: Awaited<ReturnType<typeof freshStores>> | undefined
  describeTipStore(
    { describe, it: (title, body) => it(title, body, 20_000) },
    {
      name,
      createStores: async () => {
        if (fresh) await emptyStores(pool(), fresh.schema)
        fresh ??= await freshStores(pool())
        return fresh
      },
    },
  )
  // The second path: what the store's own answers may hide.
  afterEach(() => checkLedgerRows(pool(), fresh?.schema ?? ''))
})
