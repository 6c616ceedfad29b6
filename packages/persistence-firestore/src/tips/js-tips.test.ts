import { describeTipStore } from '@stagedoor/tips/testing'
import { afterAll } from 'vitest'
import { withDeclaredSkips } from '../declared-skips.fixture.ts'
import { jsEmulatorLacks, startJsEmulator } from '../js-emulator.fixture.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const { isolation, cursors, missingFields } = jsEmulatorLacks
/** Google's emulator runs these: google-tips.test.ts. */
const unsupportedByEmulator = {
  'keeps a payer’s attempts exact among 50 callers': isolation,
  'keeps a payer’s money to a creator exact among 50 callers': isolation,
  'lets one of 50 changes of a version win, and stores nothing of the others': isolation,
  'commits calls that share tips in opposite orders, each tip once': isolation,
  'books each of 50 tips once though 4 servers are told of each at once': isolation,
  'pages through tips, stable while tips are added and times are equal': cursors,
  'hands a tip to one of many servers': isolation,
  'hands an event to one of many servers': isolation,
  'keeps the newest name of a payer through compaction': missingFields,
  'announces a level once among 20 callers, and only from the one before of the same goal': isolation,
  'shows the same sums after compaction, also while tips are paid': isolation,
}

describeTipStore(withDeclaredSkips(unsupportedByEmulator, { byChance: [isolation] }), {
  name: 'Firestore on the JavaScript emulator',
  createStores: () => freshMoney(firestore),
})
