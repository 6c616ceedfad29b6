import { describeTipStore } from '@stagedoor/tips/testing'
import { afterAll } from 'vitest'
import { withDeclaredSkips } from '../declared-skips.fixture.ts'
import { startJsEmulator } from '../js-emulator.fixture.ts'
import { freshMoney } from './fresh-money.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const noIsolation = 'the JavaScript emulator does not isolate transactions'
const noMissing = 'the JavaScript emulator orders by fields that documents do not have'
const noCursors = 'the JavaScript emulator ignores cursors'
/** Google's emulator runs these: google-tips.test.ts. */
const unsupportedByEmulator = {
  'keeps a payer’s attempts exact among 50 callers': noIsolation,
  'keeps a payer’s money to a creator exact among 50 callers': noIsolation,
  'lets one of 50 changes of a version win, and stores nothing of the others': noIsolation,
  'commits calls that share tips in opposite orders, each tip once': noIsolation,
  'books each of 50 tips once though 4 servers are told of each at once': noIsolation,
  'pages through tips, stable while tips are added and times are equal': noCursors,
  'hands a tip to one of many servers': noIsolation,
  'hands an event to one of many servers': noIsolation,
  'keeps the newest name of a payer through compaction': noMissing,
  'announces a level once among 20 callers, and only from the one before of the same goal': noIsolation,
  'shows the same sums after compaction, also while tips are paid': noIsolation,
}

describeTipStore(withDeclaredSkips(unsupportedByEmulator), {
  name: 'Firestore on the JavaScript emulator',
  createStores: () => freshMoney(firestore),
})
