import type {
  FirestoreClient,
  FirestoreCollection,
  FirestoreDocument,
  FirestoreQuery,
  FirestoreResults,
} from './firestore-client.ts'

/** Documents read and written, as Firestore bills them. */
export interface Bill {
  reads: number
  writes: number
}

/** A client that keeps the bill. A document that is not there is a read too, and so is a query without results. */
export function countedClient(firestore: FirestoreClient): {
  readonly client: FirestoreClient
  readonly bill: Bill
} {
  const bill: Bill = { reads: 0, writes: 0 }
  const write = <Result>(result: Result): Result => {
    bill.writes++
    return result
  }

  const reals = new WeakMap<FirestoreQuery, FirestoreQuery>()
  const counted = async (work: Promise<FirestoreResults>) => {
    const found = await work
    bill.reads += Math.max(1, found.docs.length)
    return found
  }
  const queryOf = (real: FirestoreQuery): FirestoreQuery => {
    const query: FirestoreQuery = {
      where: (...args) => queryOf(real.where(...args)),
      orderBy: (...args) => queryOf(real.orderBy(...args)),
      startAt: (...values) => queryOf(real.startAt(...values)),
      startAfter: (...values) => queryOf(real.startAfter(...values)),
      limit: (count) => queryOf(real.limit(count)),
      count: () => ({
        get: async () => {
          const answer = await real.count().get()
          bill.reads += Math.max(1, Math.ceil(answer.data().count / 1000))
          return answer
        },
      }),
      get: () => counted(real.get()),
    }
    reals.set(query, real)
    return query
  }

  const collectionOf = (real: FirestoreCollection): FirestoreCollection => ({
    ...queryOf(real),
    doc: (id) => documentOf(real.doc(id)),
  })

  /** The real document, as batches take no other. */
  const documentOf = (document: FirestoreDocument): FirestoreDocument => {
    const [collection, get] = [document.collection.bind(document), document.get.bind(document)]
    const [create, set] = [document.create.bind(document), document.set.bind(document)]
    const [update, remove] = [document.update.bind(document), document.delete.bind(document)]
    document.collection = (name) => collectionOf(collection(name))
    document.get = () => {
      bill.reads++
      return get()
    }
    document.create = (data) => write(create(data))
    document.set = (data) => write(set(data))
    document.update = (data) => write(update(data))
    document.delete = () => write(remove())
    return document
  }

  const client: FirestoreClient = {
    collection: (name) => collectionOf(firestore.collection(name)),
    getAll: (...documents) => {
      bill.reads += documents.length
      return firestore.getAll(...documents)
    },
    runTransaction: (work, options) =>
      firestore.runTransaction(
        (reader) => work({ get: (query) => counted(reader.get(reals.get(query) ?? query)) }),
        options,
      ),
    batch: () => {
      const batch = firestore.batch()
      return {
        create: (document, data) => write(batch.create(document, data)),
        update: (document, data, guard) => write(batch.update(document, data, guard)),
        delete: (document, guard) => write(batch.delete(document, guard)),
        set: (document, data, options) => write(batch.set(document, data, options)),
        commit: () => batch.commit(),
      }
    },
  }
  return { client, bill }
}
