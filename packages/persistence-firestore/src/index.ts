export type {
  FirestoreBatch,
  FirestoreClient,
  FirestoreCollection,
  FirestoreData,
  FirestoreDocument,
  FirestoreGuard,
  FirestoreOperator,
  FirestoreQuery,
  FirestoreReader,
  FirestoreReadOptions,
  FirestoreResults,
  FirestoreSnapshot,
  FirestoreTime,
} from './firestore-client.ts'
export { type FirestoreStreamStoreOptions, firestoreStreamStore } from './firestore-stream-store.ts'
export { type FirestoreLedgerStoreOptions, firestoreLedgerStore } from './ledger/firestore-ledger-store.ts'
export { type PlanFields, planFieldsOf, type StreamPlanFields } from './plan-fields.ts'
export { type FirestoreTipStoreOptions, firestoreTipStore } from './tips/firestore-tip-store.ts'
