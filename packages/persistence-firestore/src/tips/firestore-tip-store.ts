import type { TipStore } from '@stagedoor/tips'
import type { FirestoreClient } from '../firestore-client.ts'
import { alertVerbs } from './alerts.ts'
import { blockVerbs } from './blocks.ts'
import { commitVerb } from './commit-tips.ts'
import { compactTalliesVerb } from './compact-tallies.ts'
import { createVerb } from './create-tip.ts'
import { dueVerbs } from './due-tips.ts'
import { findVerbs } from './find-tips.ts'
import { goalVerbs } from './goals.ts'
import { menuVerbs } from './menus.ts'
import { outboxVerbs } from './outbox.ts'
import { pruneVerb } from './prune.ts'
import { tallyVerbs } from './tallies.ts'
import { createTipContext } from './tip-context.ts'

/** Options of {@link firestoreTipStore}. */
export interface FirestoreTipStoreOptions {
  /** Begins the names of the collections. Default `stagedoor_`; that of the ledger store must be the same. */
  readonly privatePrefix?: string
  /** How long one call may take, its retries included. Default 10. */
  readonly timeoutSeconds?: number
}

/**
 * The tips of `@stagedoor/tips` on Firestore in Native mode, beside the books of {@link firestoreLedgerStore}: one commit
 * changes a tip, its inbox, its transfers, its sums and its outbox. Deploy `firestore.rules` and `firestore.indexes.json`
 * of this package first.
 *
 * @param firestore - A `Firestore` of `@google-cloud/firestore`, or what `getFirestore()` of `firebase-admin` hands out.
 * @throws `TipError` from every verb: `provider_unavailable` while Firestore is away, busy or slow, `internal` for what an
 * operator has to mend (its message says how). The client's error is its `cause`.
 *
 * @example
 * ```ts
 * import { Firestore } from '@google-cloud/firestore'
 * import { createLedger } from '@stagedoor/ledger'
 * import { fakeGateway } from '@stagedoor/payment-gateway/fake'
 * import { firestoreLedgerStore, firestoreTipStore } from '@stagedoor/persistence-firestore'
 * import { createTips } from '@stagedoor/tips'
 *
 * const firestore = new Firestore({ projectId: 'my-platform' })
 * const tips = createTips({
 *   store: firestoreTipStore(firestore),
 *   ledger: createLedger({ store: firestoreLedgerStore(firestore) }),
 *   gateways: [fakeGateway()],
 *   creator: () => ({}),
 *   currencies: { USD: { minimum: 300n, maximum: 20_000n } },
 * })
 * ```
 */
export function firestoreTipStore(
  firestore: FirestoreClient,
  options: FirestoreTipStoreOptions = {},
): TipStore {
  const context = createTipContext(firestore, options)
  return {
    create: createVerb(context),
    commit: commitVerb(context),
    ...findVerbs(context),
    ...dueVerbs(context),
    ...outboxVerbs(context),
    ...goalVerbs(context),
    ...tallyVerbs(context),
    compactTallies: compactTalliesVerb(context),
    ...menuVerbs(context),
    ...blockVerbs(context),
    ...alertVerbs(context),
    prune: pruneVerb(context),
  }
}
