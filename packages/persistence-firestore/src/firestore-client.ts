/**
 * The part of `Firestore` of `@google-cloud/firestore` that the store uses; what `getFirestore()` of `firebase-admin`
 * hands out is the same class. The store neither makes nor ends a client.
 */
export interface FirestoreClient {
  collection(path: string): FirestoreCollection
  runTransaction<Result>(
    work: (transaction: FirestoreTransaction) => Promise<Result>,
    options?: { maxAttempts?: number },
  ): Promise<Result>
}

/** A collection, and the query for all of it. */
export interface FirestoreCollection extends FirestoreQuery {
  doc(id: string): FirestoreDocument
}

/** A query under construction. */
export interface FirestoreQuery {
  where(field: string, operator: '==' | 'in' | '>', value: unknown): FirestoreQuery
  orderBy(field: string, direction?: 'asc' | 'desc'): FirestoreQuery
  startAfter(...values: unknown[]): FirestoreQuery
  limit(count: number): FirestoreQuery
  get(): Promise<{ readonly docs: readonly FirestoreSnapshot[] }>
}

/** The address of a document. */
export interface FirestoreDocument {
  collection(path: string): FirestoreCollection
  get(): Promise<FirestoreSnapshot>
  create(data: FirestoreData): Promise<unknown>
  set(data: FirestoreData): Promise<unknown>
  update(data: FirestoreData): Promise<unknown>
  delete(): Promise<unknown>
}

/** What a document held when it was read. */
export interface FirestoreSnapshot {
  readonly exists: boolean
  /** When the document was last written, and when it was read: both by the server's clock. */
  readonly updateTime?: { toMillis(): number } | undefined
  readonly readTime: { toMillis(): number }
  data(): FirestoreData | undefined
}

/** Reads, then writes that are committed together or not at all. */
export interface FirestoreTransaction {
  get(document: FirestoreDocument): Promise<FirestoreSnapshot>
  getAll(...documents: (FirestoreDocument | FirestoreReadOptions)[]): Promise<FirestoreSnapshot[]>
  create(document: FirestoreDocument, data: FirestoreData): unknown
  set(document: FirestoreDocument, data: FirestoreData, options: { merge: boolean }): unknown
  update(document: FirestoreDocument, data: FirestoreData): unknown
  delete(document: FirestoreDocument): unknown
}

/** Never passed: it is here because the real client takes it at the same place. */
export interface FirestoreReadOptions {
  fieldMask?: unknown[]
}

/** The fields of a document. */
export interface FirestoreData {
  [field: string]: unknown
}
