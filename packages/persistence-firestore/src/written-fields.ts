import type { FirestoreSnapshot } from './firestore-client.ts'

/** The fields of a document that this package alone writes, in the shape in which it does; null when it is not there. */
export function writtenFields<Fields>(snapshot: FirestoreSnapshot | undefined): Fields | null {
  const data: unknown = snapshot?.data()
  return data === undefined ? null : (data as Fields)
}

/** The same of a document that a query found, and which is there therefore. */
export function foundFields<Fields>(snapshot: FirestoreSnapshot): Fields {
  const data: unknown = snapshot.data()
  return data as Fields
}
