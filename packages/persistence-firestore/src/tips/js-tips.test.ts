import { describeTipStore } from '@stagedoor/tips/testing'
import { afterAll } from 'vitest'
import { withDeclaredSkips } from '../declared-skips.fixture.ts'
import { startJsEmulator } from '../js-emulator.fixture.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

describeTipStore(withDeclaredSkips({}), {
  name: 'Firestore on the JavaScript emulator',
  createStores: () => freshMoney(firestore),
})
