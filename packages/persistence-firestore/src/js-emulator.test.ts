import { describeStreamStore } from '@stagedoor/streaming-core/testing'
import { afterAll } from 'vitest'
import { withDeclaredSkips } from './declared-skips.fixture.ts'
import { freshStore } from './fresh-store.fixture.ts'
import { jsEmulatorLacks, startJsEmulator } from './js-emulator.fixture.ts'

const emulator = await startJsEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

const { isolation, cursors } = jsEmulatorLacks

/** Google's emulator runs these: google-emulator.test.ts. */
const unsupportedByEmulator = {
  'keeps a creator to one open stream, among 50 callers at once too': isolation,
  'lets exactly one of 50 transitions from the same version win': isolation,
  'pages newest first, stable while streams are added': cursors,
}

describeStreamStore(withDeclaredSkips(unsupportedByEmulator, { byChance: [isolation] }), {
  name: 'Firestore on the JavaScript emulator',
  createStore: () => freshStore(firestore),
})
