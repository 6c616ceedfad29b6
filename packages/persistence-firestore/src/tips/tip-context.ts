import { hashedId } from '../document-id.ts'
import { type FirestoreCalls, firestoreCalls } from '../firestore-calls.ts'
import type {
  FirestoreClient,
  FirestoreCollection,
  FirestoreDocument,
  FirestoreSnapshot,
} from '../firestore-client.ts'
import { type Books, booksOf } from '../ledger/books.ts'
import { seqSource } from '../ledger/seq-source.ts'
import { collectionName, timeoutOf } from '../options.ts'
import type { FirestoreTipStoreOptions } from './firestore-tip-store.ts'
import { badTipOption, toTipError } from './tip-errors.ts'

/** What the verbs of the store of tips work with. No client may read any of its collections. */
export interface TipContext extends FirestoreCalls {
  readonly books: Books
  readonly tips: FirestoreCollection
  readonly inbox: FirestoreCollection
  readonly outbox: FirestoreCollection
  readonly tallies: FirestoreCollection
  /** One for each payer: tips of a payer are counted one after the other. */
  readonly payers: FirestoreCollection
  readonly goals: FirestoreCollection
  readonly menus: FirestoreCollection
  readonly blocks: FirestoreCollection
  readonly alertSettings: FirestoreCollection
  readonly alertFeeds: FirestoreCollection
  readonly alerts: FirestoreCollection
  nextSeq(): number
  /** Hashed, as ids of others may be anything. */
  tipDocument(tipId: string): FirestoreDocument
  /** Several documents as they were at one moment. */
  getAll(documents: readonly FirestoreDocument[]): Promise<readonly FirestoreSnapshot[]>
}

/** Fills in the defaults. @throws {@link TipError} `invalid_input` for options that cannot work. */
export function createTipContext(
  firestore: FirestoreClient,
  { privatePrefix = 'stagedoor_', timeoutSeconds }: FirestoreTipStoreOptions,
): TipContext {
  const prefix = collectionName('privatePrefix', privatePrefix, badTipOption)
  const collection = (name: string) => firestore.collection(`${prefix}${name}`)
  const tips = collection('tips')
  return {
    books: booksOf(firestore, prefix),
    tips,
    inbox: collection('tip_inbox'),
    outbox: collection('outbox'),
    tallies: collection('tallies'),
    payers: collection('payers'),
    goals: collection('goals'),
    menus: collection('menus'),
    blocks: collection('blocks'),
    alertSettings: collection('alert_settings'),
    alertFeeds: collection('alert_feeds'),
    alerts: collection('alerts'),
    nextSeq: seqSource(),
    tipDocument: (tipId) => tips.doc(hashedId(tipId)),
    getAll: async (documents) => (documents.length === 0 ? [] : firestore.getAll(...documents)),
    ...firestoreCalls(firestore, timeoutOf(timeoutSeconds, badTipOption), toTipError),
  }
}
