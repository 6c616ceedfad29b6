import type {
  FirestoreClient,
  FirestoreCollection,
  FirestoreDocument,
  FirestoreQuery,
} from './firestore-client.ts'

/** What a query asks for, as far as indexes go. */
export interface RecordedQuery {
  /** The collection's own name, without the path to it. */
  readonly collection: string
  readonly equal: readonly string[]
  readonly above: readonly string[]
  readonly orders: readonly { readonly field: string; readonly direction: 'asc' | 'desc' }[]
}

/** A client that notes each query that is run. */
export function recordQueries(firestore: FirestoreClient): {
  readonly client: FirestoreClient
  readonly queries: readonly RecordedQuery[]
} {
  const queries: RecordedQuery[] = []

  const queryOf = (real: FirestoreQuery, shape: RecordedQuery): FirestoreQuery => ({
    where: (field, operator, value) => {
      const kind = operator === '>' ? 'above' : 'equal'
      return queryOf(real.where(field, operator, value), { ...shape, [kind]: [...shape[kind], field] })
    },
    orderBy: (field, direction = 'asc') =>
      queryOf(real.orderBy(field, direction), { ...shape, orders: [...shape.orders, { field, direction }] }),
    startAfter: (...values) => queryOf(real.startAfter(...values), shape),
    limit: (count) => queryOf(real.limit(count), shape),
    get: () => {
      queries.push(shape)
      return real.get()
    },
  })

  const collectionOf = (real: FirestoreCollection, collection: string): FirestoreCollection => ({
    ...queryOf(real, { collection, equal: [], above: [], orders: [] }),
    doc: (id) => documentOf(real.doc(id)),
  })

  /** The real document, as batches take no other. */
  const documentOf = (real: FirestoreDocument): FirestoreDocument => {
    const collection = real.collection.bind(real)
    real.collection = (name) => collectionOf(collection(name), name)
    return real
  }

  const client: FirestoreClient = {
    collection: (name) => collectionOf(firestore.collection(name), name),
    getAll: (...documents) => firestore.getAll(...documents),
    batch: () => firestore.batch(),
  }
  return { client, queries }
}
