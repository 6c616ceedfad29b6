import { describeLedgerStore } from '@stagedoor/ledger/testing'
import { afterAll, describe, it } from 'vitest'
import { skipBecause } from '../declared-skips.fixture.ts'
import { googleEmulator, withoutGoogleEmulator } from '../google-emulator.fixture.ts'
import { freshLedger } from './fresh-ledger.fixture.ts'

const emulator = await googleEmulator()
afterAll(() => emulator?.stop())

if (emulator) {
  const firestore = emulator.client()
  describeLedgerStore(
    { describe, it },
    { name: 'Firestore on Google’s emulator', createStore: () => freshLedger(firestore).store },
  )
} else {
  it('keeps the contract on Google’s emulator', (context) => skipBecause(context, withoutGoogleEmulator))
}
