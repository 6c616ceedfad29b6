export type {
  FirestoreBatch,
  FirestoreClient,
  FirestoreCollection,
  FirestoreData,
  FirestoreDocument,
  FirestoreGuard,
  FirestoreQuery,
  FirestoreReadOptions,
  FirestoreSnapshot,
  FirestoreTime,
} from './firestore-client.ts'
export { type FirestoreStreamStoreOptions, firestoreStreamStore } from './firestore-stream-store.ts'
export { type PlanFields, planFieldsOf, type StreamPlanFields } from './plan-fields.ts'
