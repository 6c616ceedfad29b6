import { memoryLedgerStore } from '@stagedoor/ledger'
import { describe, it } from 'vitest'
import { memoryTipStore } from './memory-tip-store.ts'
import { describeMoney } from './testing/index.ts'

describeMoney(
  { describe, it },
  {
    name: 'memory',
    createStores: () => {
      const ledger = memoryLedgerStore()
      return { ledger, tips: memoryTipStore({ ledger }) }
    },
    evenings: 100,
  },
)
