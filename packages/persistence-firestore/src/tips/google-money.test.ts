import { describeMoney } from '@stagedoor/tips/testing'
import { afterAll, describe, it } from 'vitest'
import { skipBecause } from '../declared-skips.fixture.ts'
import { googleEmulator, withoutGoogleEmulator } from '../google-emulator.fixture.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await googleEmulator()
afterAll(() => emulator?.stop())

if (emulator) {
  const firestore = emulator.client()
  describeMoney(
    { describe, it: (name, body) => it(name, { timeout: 120_000 }, body) },
    {
      name: 'Firestore on Google’s emulator',
      createStores: () => freshMoney(firestore),
      evenings: 4,
      racingTips: 300,
    },
  )
} else {
  it('keeps the money right on Google’s emulator', (context) => skipBecause(context, withoutGoogleEmulator))
}
