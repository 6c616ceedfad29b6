/**
 * The part of `Firestore` of `@google-cloud/firestore` that the store uses; what `getFirestore()` of `firebase-admin`
 * hands out is the same class. The store neither makes nor ends a client.
 */
export interface FirestoreClient {
  collection(path: string): FirestoreCollection
  getAll(...documents: (FirestoreDocument | FirestoreReadOptions)[]): Promise<FirestoreSnapshot[]>
  batch(): FirestoreBatch
  /** Reads as of one moment, without locks. */
  runTransaction<Result>(
    work: (reader: FirestoreReader) => Promise<Result>,
    options: { readOnly: true },
  ): Promise<Result>
}

/** What a read-only transaction reads with. */
export interface FirestoreReader {
  get(query: FirestoreQuery): Promise<FirestoreResults>
}

/** What a query found. */
export interface FirestoreResults {
  readonly docs: readonly FirestoreSnapshot[]
}

/** A collection, and the query for all of it. */
export interface FirestoreCollection extends FirestoreQuery {
  doc(id: string): FirestoreDocument
}

/** A query under construction. */
export interface FirestoreQuery {
  where(field: string, operator: FirestoreOperator, value: unknown): FirestoreQuery
  orderBy(field: string, direction?: 'asc' | 'desc'): FirestoreQuery
  startAt(...values: unknown[]): FirestoreQuery
  startAfter(...values: unknown[]): FirestoreQuery
  limit(count: number): FirestoreQuery
  /** How many there are, for one read of each thousand. */
  count(): { get(): Promise<{ data(): { readonly count: number } }> }
  get(): Promise<FirestoreResults>
}

/** How a query compares a field. */
export type FirestoreOperator = '==' | 'in' | '>' | '>=' | '<' | '<=' | 'array-contains'

/** The address of a document. */
export interface FirestoreDocument {
  readonly path: string
  collection(path: string): FirestoreCollection
  get(): Promise<FirestoreSnapshot>
  create(data: FirestoreData): Promise<unknown>
  set(data: FirestoreData): Promise<unknown>
  update(data: FirestoreData): Promise<unknown>
  delete(): Promise<unknown>
}

/** A time of the server's clock. */
export interface FirestoreTime {
  toMillis(): number
}

/** What a document held when it was read. */
export interface FirestoreSnapshot {
  /** The document that was read. */
  readonly ref: FirestoreDocument
  readonly exists: boolean
  /** When the document was last written; undefined for one that is not there. */
  readonly updateTime?: FirestoreTime | undefined
  readonly readTime: FirestoreTime
  data(): FirestoreData | undefined
}

/** Writes that are committed together or, when one of their guards does not hold, not at all. */
export interface FirestoreBatch {
  /** The document must not be there. */
  create(document: FirestoreDocument, data: FirestoreData): unknown
  /** With a guard: the document must not have been written since. */
  update(document: FirestoreDocument, data: FirestoreData, guard?: FirestoreGuard): unknown
  /** Takes a guard as `update` does. */
  delete(document: FirestoreDocument, guard?: FirestoreGuard): unknown
  set(document: FirestoreDocument, data: FirestoreData, options: { merge: boolean }): unknown
  commit(): Promise<unknown>
}

/** A write is refused when the document was written after this time. */
export interface FirestoreGuard {
  lastUpdateTime?: FirestoreTime
}

/** Never passed: it is here because the real client takes it at the same place. */
export interface FirestoreReadOptions {
  fieldMask?: unknown[]
}

/** The fields of a document. */
export interface FirestoreData {
  [field: string]: unknown
}
