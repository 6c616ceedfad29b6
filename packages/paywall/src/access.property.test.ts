import { describe, it } from 'vitest'
import { checkAgainstModel, checkRepetitions } from './access-histories.fixture.ts'
import { memoryPaywallStore } from './memory-paywall-store.ts'

describe('access, over random histories of grants, renewals, refunds and clock steps', () => {
  it('is at every instant what the plain model says, until when it says', () =>
    checkAgainstModel({ createStore: memoryPaywallStore, runs: 300 }))

  it('is the same for events that come twice and in any order', () =>
    checkRepetitions({ createStore: memoryPaywallStore, runs: 200 }))
})
