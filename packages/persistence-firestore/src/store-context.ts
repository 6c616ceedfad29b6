import { StreamingError } from '@stagedoor/streaming-core'
import { mapFirestoreError } from './errors.ts'
import { type FirestoreCalls, firestoreCalls } from './firestore-calls.ts'
import type {
  FirestoreClient,
  FirestoreCollection,
  FirestoreDocument,
  FirestoreSnapshot,
} from './firestore-client.ts'
import type { FirestoreStreamStoreOptions } from './firestore-stream-store.ts'
import { collectionName, seconds, timeoutOf } from './options.ts'
import { type PlanFields, planFieldsOf } from './plan-fields.ts'

/** Where the store keeps its documents, and how it calls Firestore. */
export interface StoreContext extends FirestoreCalls {
  /** What viewers may read. */
  readonly publicStreams: FirestoreCollection
  /** The whole truth of each stream, closed to clients. */
  readonly records: FirestoreCollection
  /** The newest stream of each creator. */
  readonly creators: FirestoreCollection
  readonly inbox: FirestoreCollection
  readonly claims: FirestoreCollection
  readonly writeIntervalMs: number
  readonly publicViewersMs: number
  readonly planFields: PlanFields
  log(streamId: string): FirestoreCollection
  denied(streamId: string): FirestoreCollection
  /** Several documents as they were at one moment. */
  getAll(...documents: FirestoreDocument[]): Promise<readonly FirestoreSnapshot[]>
}

const privateNames = ['streams', 'creators', 'inbox', 'claims'] as const

/** Fills in the defaults. @throws {@link StreamingError} `invalid_input` for options that cannot work. */
export function createStoreContext(
  firestore: FirestoreClient,
  options: FirestoreStreamStoreOptions,
): StoreContext {
  const prefix = collectionName('privatePrefix', options.privatePrefix ?? 'stagedoor_', badOption)
  const timeoutSeconds = timeoutOf(options.timeoutSeconds, badOption)
  const publicName = collectionName('publicCollection', options.publicCollection ?? 'streams', badOption)
  if (privateNames.some((name) => publicName === `${prefix}${name}`)) {
    throw badOption('publicCollection', 'It would be the same as a private collection. Choose another name.')
  }
  const collection = (name: (typeof privateNames)[number]) => firestore.collection(`${prefix}${name}`)
  const records = collection('streams')

  return {
    publicStreams: firestore.collection(publicName),
    records,
    creators: collection('creators'),
    inbox: collection('inbox'),
    claims: collection('claims'),
    writeIntervalMs: seconds('writeIntervalSeconds', options.writeIntervalSeconds ?? 1, badOption) * 1000,
    publicViewersMs: seconds('publicViewersSeconds', options.publicViewersSeconds ?? 30, badOption) * 1000,
    planFields: options.planFields ?? planFieldsOf,
    log: (streamId) => records.doc(streamId).collection('log'),
    denied: (streamId) => records.doc(streamId).collection('denied'),
    ...firestoreCalls(firestore, timeoutSeconds, mapFirestoreError),
    getAll: (...documents) => firestore.getAll(...documents),
  }
}

/** The documents of one stream that a change touches. */
export function documentsOf(
  context: StoreContext,
  streamId: string,
): Record<'record' | 'shown', FirestoreDocument> {
  return { record: context.records.doc(streamId), shown: context.publicStreams.doc(streamId) }
}

function badOption(field: string, message: string): StreamingError {
  return new StreamingError({ code: 'invalid_input', field, message })
}
