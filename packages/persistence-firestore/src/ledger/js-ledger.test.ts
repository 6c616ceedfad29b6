import { describeLedgerStore } from '@stagedoor/ledger/testing'
import { afterAll } from 'vitest'
import { withDeclaredSkips } from '../declared-skips.fixture.ts'
import { jsEmulatorLacks, startJsEmulator } from '../js-emulator.fixture.ts'
import { freshLedger } from './fresh-ledger.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const { isolation, cursors } = jsEmulatorLacks
/** Google's emulator runs these: google-ledger.test.ts. */
const unsupportedByEmulator = {
  'books batches that share transfers in opposite orders, each transfer once': isolation,
  'moves what is due from pending to available, once, whoever asks': isolation,
  'never overdraws, whatever 30 payouts at once ask for': isolation,
  'shows the same totals after snapshots, and goes on from them': isolation,
  'stays exact while 100 tips, maturities, snapshots and payouts run at once': isolation,
  'sums a thousand concurrent credits of one creator to the cent': cursors,
  'pages newest first and oldest first, stable while transfers are added and times are equal': cursors,
}

describeLedgerStore(withDeclaredSkips(unsupportedByEmulator, { byChance: [isolation] }), {
  name: 'Firestore on the JavaScript emulator',
  createStore: () => freshLedger(firestore).store,
})
