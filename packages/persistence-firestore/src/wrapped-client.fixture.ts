import type { FirestoreBatch, FirestoreClient, FirestoreCollection } from './firestore-client.ts'

/** What a network does to a client. Each hook gets the real call, and may make it, fail or wait. */
export interface Faults {
  readonly commit?: (real: () => Promise<unknown>) => Promise<unknown>
  readonly create?: (real: () => Promise<unknown>) => Promise<unknown>
}

/** A client with faults, over a real one. */
export function withFaults(firestore: FirestoreClient, faults: Faults): FirestoreClient {
  const { commit = (real) => real(), create = (real) => real() } = faults
  return {
    collection: (path) => {
      const collection: FirestoreCollection = firestore.collection(path)
      const doc = collection.doc.bind(collection)
      collection.doc = (id) => {
        const document = doc(id)
        const realCreate = document.create.bind(document)
        document.create = (data) => create(() => realCreate(data))
        return document
      }
      return collection
    },
    getAll: (...documents) => firestore.getAll(...documents),
    batch: () => {
      const batch: FirestoreBatch = firestore.batch()
      const realCommit = batch.commit.bind(batch)
      batch.commit = () => commit(realCommit)
      return batch
    },
    runTransaction: (work, options) => firestore.runTransaction(work, options),
  }
}

/** An error as Firestore's client throws it. */
export function grpcError(status: number, message = 'as told'): Error {
  return Object.assign(new Error(message), { code: status })
}
