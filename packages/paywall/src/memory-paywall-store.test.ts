import { describe, it } from 'vitest'
import { memoryPaywallStore } from './memory-paywall-store.ts'
import { describePaywallStore } from './testing/index.ts'

describePaywallStore({ describe, it }, { name: 'memory', createStore: memoryPaywallStore })
