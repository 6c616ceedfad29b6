export type {
  FirestoreClient,
  FirestoreCollection,
  FirestoreData,
  FirestoreDocument,
  FirestoreQuery,
  FirestoreReadOptions,
  FirestoreSnapshot,
  FirestoreTransaction,
} from './firestore-client.ts'
export { type FirestoreStreamStoreOptions, firestoreStreamStore } from './firestore-stream-store.ts'
export { type PlanFields, planFieldsOf, type StreamPlanFields } from './plan-fields.ts'
