import { sampleEarning } from '@stagedoor/ledger/testing'
import type { TipChange } from '@stagedoor/tips'
import { sampleTip } from '@stagedoor/tips/testing'
import { afterAll, expect, it } from 'vitest'
import type { FirestoreClient } from '../firestore-client.ts'
import { startJsEmulator } from '../js-emulator.fixture.ts'
import { grpcError, withFaults } from '../wrapped-client.fixture.ts'
import { firestoreTipStore } from './firestore-tip-store.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await startJsEmulator()
const firestore: FirestoreClient = emulator.client()
afterAll(() => emulator.stop())

const at = '2026-01-01T00:00:00.000Z'
const change: TipChange = {
  tip: { ...sampleTip('t1'), version: 2, status: 'completed' },
  event: { gateway: 'stripe', id: 'evt', type: 'payment_intent.succeeded' },
  transfers: [sampleEarning('t1')],
  ...{ tally: null, events: [], checkAt: null },
}

it('calls a change stale that was outrun between the reads of its tip and of the books', async () => {
  const { tips, ledger, privatePrefix } = freshMoney(firestore)
  await tips.create(sampleTip('t1'), [], at)
  let reads = 0
  const slow: FirestoreClient = {
    ...withFaults(firestore, {}),
    getAll: async (...documents) => {
      const found = await firestore.getAll(...documents)
      reads += 1
      if (reads === 1) expect(await tips.commit([change], at)).toEqual(['committed'])
      return found
    },
  }
  const outrun = firestoreTipStore(slow, { privatePrefix })
  expect(await outrun.commit([change], at)).toEqual(['stale'])
  expect(await ledger.audit()).toMatchObject({ transfers: 1, fault: null })
})

it('knows the commit that it made itself, when its answer was lost', async () => {
  const { tips, ledger, privatePrefix } = freshMoney(firestore)
  await tips.create(sampleTip('t1'), [], at)
  let commits = 0
  const losing = withFaults(firestore, {
    commit: async (real) => {
      await real()
      commits += 1
      throw grpcError(9)
    },
  })
  expect(await firestoreTipStore(losing, { privatePrefix }).commit([change], at)).toEqual(['committed'])
  expect(commits).toBe(1)
  expect(await ledger.audit()).toMatchObject({ transfers: 1, fault: null })
})
