import { type FirestoreCalls, firestoreCalls } from '../firestore-calls.ts'
import type {
  FirestoreClient,
  FirestoreDocument,
  FirestoreQuery,
  FirestoreSnapshot,
} from '../firestore-client.ts'
import { collectionName, seconds, timeoutOf } from '../options.ts'
import { type Books, booksOf } from './books.ts'
import type { FirestoreLedgerStoreOptions } from './firestore-ledger-store.ts'
import { badLedgerOption, toLedgerError } from './ledger-errors.ts'
import { seqSource } from './seq-source.ts'

/** Runs a query. */
export type Read = (query: FirestoreQuery) => Promise<readonly FirestoreSnapshot[]>

/** What the verbs of the ledger's store work with. */
export interface LedgerContext extends FirestoreCalls {
  readonly books: Books
  /** As {@link FirestoreCalls.call}, with the time that an audit takes. */
  auditCall: FirestoreCalls['call']
  nextSeq(): number
  /** Several documents as they were at one moment. */
  getAll(documents: readonly FirestoreDocument[]): Promise<readonly FirestoreSnapshot[]>
  /** Runs queries that all see the same moment. */
  atOneMoment<Result>(work: (read: Read) => Promise<Result>): Promise<Result>
}

/** Fills in the defaults. @throws {@link LedgerError} `invalid_input` for options that cannot work. */
export function createLedgerContext(
  firestore: FirestoreClient,
  { privatePrefix = 'stagedoor_', timeoutSeconds, auditTimeoutSeconds = 240 }: FirestoreLedgerStoreOptions,
): LedgerContext {
  const prefix = collectionName('privatePrefix', privatePrefix, badLedgerOption)
  const auditSeconds = seconds('auditTimeoutSeconds', auditTimeoutSeconds, badLedgerOption)
  return {
    books: booksOf(firestore, prefix),
    ...firestoreCalls(firestore, timeoutOf(timeoutSeconds, badLedgerOption), toLedgerError),
    auditCall: firestoreCalls(firestore, auditSeconds, toLedgerError).call,
    nextSeq: seqSource(),
    getAll: async (documents) => (documents.length === 0 ? [] : firestore.getAll(...documents)),
    atOneMoment: (work) =>
      firestore.runTransaction((reader) => work(async (query) => (await reader.get(query)).docs), {
        readOnly: true,
      }),
  }
}
