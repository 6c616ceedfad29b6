import { describeStreamStore } from '@stagedoor/streaming-core/testing'
import { afterEach, describe, it } from 'vitest'
import { describeOnEachDatabase } from './each-database.fixture.ts'
import { freshStore } from './fresh-store.fixture.ts'
import { checkStoredRows } from './stored-rows.fixture.ts'

describeOnEachDatabase((name, pool) => {
  let schema: string
  describeStreamStore(
    { describe, it },
    {
      name,
      createStore: async () => {
        const fresh = await freshStore(pool())
        schema = fresh.schema
        return fresh.store
      },
    },
  )
  // The second path: what the store's own answers may hide.
  afterEach(() => checkStoredRows(pool(), schema))
})
