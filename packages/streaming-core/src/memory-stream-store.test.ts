import { describe, it } from 'vitest'
import { memoryStreamStore } from './memory-stream-store.ts'
import { describeStreamStore } from './testing/index.ts'

describeStreamStore({ describe, it }, { name: 'memory', createStore: () => memoryStreamStore() })
