import { describeTipStore } from '@stagedoor/tips/testing'
import { describe, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { freshStores } from './fresh-stores.fixture.ts'

describeOnEachDatabase((name, pool) => {
  describeTipStore(
    { describe, it: (title, body) => it(title, body, 60_000) },
    { name, createStores: () => freshStores(pool()) },
  )
})
