import { describeTipStore } from '@stagedoor/tips/testing'
import { afterAll, describe, it } from 'vitest'
import { skipBecause } from '../declared-skips.fixture.ts'
import { googleEmulator, withoutGoogleEmulator } from '../google-emulator.fixture.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await googleEmulator()
afterAll(() => emulator?.stop())

if (emulator) {
  const firestore = emulator.client()
  describeTipStore(
    { describe, it: (name, body) => it(name, { timeout: 60_000 }, body) },
    { name: 'Firestore on Google’s emulator', createStores: () => freshMoney(firestore) },
  )
} else {
  it('keeps the contract of tips on Google’s emulator', (context) =>
    skipBecause(context, withoutGoogleEmulator))
}
