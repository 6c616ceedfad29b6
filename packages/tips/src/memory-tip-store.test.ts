import { memoryLedgerStore } from '@stagedoor/ledger'
import { describe, it } from 'vitest'
import { memoryTipStore } from './memory-tip-store.ts'
import { describeTipStore } from './testing/index.ts'

describeTipStore(
  { describe, it },
  {
    name: 'memory',
    createStores: () => {
      const ledger = memoryLedgerStore()
      return { ledger, tips: memoryTipStore({ ledger }) }
    },
  },
)
