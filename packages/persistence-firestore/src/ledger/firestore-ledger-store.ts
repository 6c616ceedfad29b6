import type { LedgerStore } from '@stagedoor/ledger'
import type { FirestoreClient } from '../firestore-client.ts'
import { auditVerb } from './audit.ts'
import { createLedgerContext } from './ledger-context.ts'
import { listEntriesVerb } from './list-entries.ts'
import { matureVerb } from './mature-holds.ts'
import { payoutVerb } from './payout.ts'
import { postVerb } from './post-transfers.ts'
import { getVerb, totalsVerb } from './read-books.ts'
import { takeSnapshotsVerb } from './take-snapshots.ts'

/** Options of {@link firestoreLedgerStore}. */
export interface FirestoreLedgerStoreOptions {
  /** Begins the names of the collections. Default `stagedoor_`; that of the tip store must be the same. */
  readonly privatePrefix?: string
  /** How long one call may take, its retries included. Default 10. */
  readonly timeoutSeconds?: number
  /** The same for `audit`, which reads everything. Default 240; Firestore lets no transaction read for longer than 270. */
  readonly auditTimeoutSeconds?: number
}

/**
 * The books of `@stagedoor/ledger` on Firestore in Native mode. Deploy `firestore.rules` and `firestore.indexes.json` of
 * this package first, and have `takeSnapshots` run now and then, as reading a balance costs a read for each transfer since.
 *
 * Transfers and entries are documents that are created once; none is ever written again. A credit writes no document that
 * another credit writes, so a popular creator's tips wait for nothing.
 *
 * @param firestore - A `Firestore` of `@google-cloud/firestore`, or what `getFirestore()` of `firebase-admin` hands out.
 * @throws `LedgerError` from every verb: `provider_unavailable` while Firestore is away, busy or slow, `internal` for what
 * an operator has to mend (its message says how). The client's error is its `cause`.
 *
 * @example
 * ```ts
 * import { Firestore } from '@google-cloud/firestore'
 * import { createLedger } from '@stagedoor/ledger'
 * import { firestoreLedgerStore } from '@stagedoor/persistence-firestore'
 *
 * const ledger = createLedger({ store: firestoreLedgerStore(new Firestore({ projectId: 'my-platform' })) })
 * ```
 */
export function firestoreLedgerStore(
  firestore: FirestoreClient,
  options: FirestoreLedgerStoreOptions = {},
): LedgerStore {
  const context = createLedgerContext(firestore, options)
  return {
    post: postVerb(context),
    payout: payoutVerb(context),
    mature: matureVerb(context),
    get: getVerb(context),
    totals: totalsVerb(context),
    listEntries: listEntriesVerb(context),
    takeSnapshots: takeSnapshotsVerb(context),
    audit: auditVerb(context),
  }
}
