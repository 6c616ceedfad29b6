import type {
  FirestoreClient,
  FirestoreCollection,
  FirestoreDocument,
  FirestoreOperator,
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

const isEquality: Readonly<Record<FirestoreOperator, boolean>> = {
  ...{ '==': true, in: true, 'array-contains': true },
  ...{ '>': false, '>=': false, '<': false, '<=': false },
}

/** A client that notes each query that is run. */
export function recordQueries(firestore: FirestoreClient): {
  readonly client: FirestoreClient
  readonly queries: readonly RecordedQuery[]
} {
  const queries: RecordedQuery[] = []
  const reals = new WeakMap<
    FirestoreQuery,
    { readonly real: FirestoreQuery; readonly shape: RecordedQuery }
  >()

  const wrapped = (real: FirestoreQuery, shape: RecordedQuery): FirestoreQuery => ({
    where: (field, operator, value) => {
      const kind = isEquality[operator] ? 'equal' : 'above'
      return queryOf(real.where(field, operator, value), { ...shape, [kind]: [...shape[kind], field] })
    },
    orderBy: (field, direction = 'asc') =>
      queryOf(real.orderBy(field, direction), { ...shape, orders: [...shape.orders, { field, direction }] }),
    startAt: (...values) => queryOf(real.startAt(...values), shape),
    startAfter: (...values) => queryOf(real.startAfter(...values), shape),
    limit: (count) => queryOf(real.limit(count), shape),
    count: () => {
      queries.push(shape)
      return real.count()
    },
    get: () => {
      queries.push(shape)
      return real.get()
    },
  })
  const queryOf = (real: FirestoreQuery, shape: RecordedQuery): FirestoreQuery => {
    const query = wrapped(real, shape)
    reals.set(query, { real, shape })
    return query
  }

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
    runTransaction: (work, options) =>
      firestore.runTransaction(
        (reader) =>
          work({
            get: (query) => {
              const known = reals.get(query)
              if (known) queries.push(known.shape)
              return reader.get(known?.real ?? query)
            },
          }),
        options,
      ),
  }
  return { client, queries }
}
