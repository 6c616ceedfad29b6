import type { StreamStore } from '@stagedoor/streaming-core'
import type { FirestoreClient } from './firestore-client.ts'
import { type FirestoreStreamStoreOptions, firestoreStreamStore } from './firestore-stream-store.ts'

/** Collections that no other test has. */
export function freshNames(): { readonly publicCollection: string; readonly privatePrefix: string } {
  const name = `t${crypto.randomUUID()}`
  return { publicCollection: `${name}-public`, privatePrefix: `${name}-` }
}

/** A store that sees nothing of what other tests stored. */
export function freshStore(
  firestore: FirestoreClient,
  options: FirestoreStreamStoreOptions = {},
): StreamStore {
  return firestoreStreamStore(firestore, { ...freshNames(), ...options })
}
