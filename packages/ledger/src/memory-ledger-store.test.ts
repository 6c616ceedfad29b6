import { describe, it } from 'vitest'
import { memoryLedgerStore } from './memory-ledger-store.ts'
import { describeLedgerStore } from './testing/index.ts'

describeLedgerStore({ describe, it }, { name: 'memory', createStore: memoryLedgerStore })
