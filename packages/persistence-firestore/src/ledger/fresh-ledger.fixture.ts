import type { LedgerStore } from '@stagedoor/ledger'
import type { FirestoreClient } from '../firestore-client.ts'
import { freshNames } from '../fresh-store.fixture.ts'
import { type FirestoreLedgerStoreOptions, firestoreLedgerStore } from './firestore-ledger-store.ts'

/** Books that see nothing of what other tests booked. An emulator on a busy machine takes its time. */
export function freshLedger(
  firestore: FirestoreClient,
  options: FirestoreLedgerStoreOptions = {},
): { readonly store: LedgerStore; readonly privatePrefix: string } {
  const { privatePrefix } = { ...freshNames(), ...options }
  return {
    privatePrefix,
    store: firestoreLedgerStore(firestore, { timeoutSeconds: 60, ...options, privatePrefix }),
  }
}
