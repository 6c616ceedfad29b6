import { describeStreamStore } from '@stagedoor/streaming-core/testing'
import { afterAll, describe, it } from 'vitest'
import { freshStore } from './fresh-store.fixture.ts'
import { startGoogleEmulator } from './google-emulator.fixture.ts'

const emulator = await startGoogleEmulator()
const firestore = emulator.client()
afterAll(() => emulator.stop())

describeStreamStore(
  { describe, it },
  { name: 'Firestore on Google’s emulator', createStore: () => freshStore(firestore) },
)
