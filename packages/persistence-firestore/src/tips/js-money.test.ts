import { describeMoney } from '@stagedoor/tips/testing'
import { afterAll } from 'vitest'
import { withDeclaredSkips } from '../declared-skips.fixture.ts'
import { startJsEmulator } from '../js-emulator.fixture.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

describeMoney(withDeclaredSkips({}, { timeout: 120_000 }), {
  name: 'Firestore on the JavaScript emulator',
  createStores: () => freshMoney(firestore),
  evenings: 2,
  // 300 run on Google’s emulator; this one takes minutes for them.
  racingTips: 40,
})
