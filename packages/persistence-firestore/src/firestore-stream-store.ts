import type { StreamStore } from '@stagedoor/streaming-core'
import { deniedViewers } from './denied-viewers.ts'
import { findStreams } from './find-streams.ts'
import type { FirestoreClient } from './firestore-client.ts'
import { idempotencyKeys } from './idempotency-keys.ts'
import { recordInboxVerb } from './inbox.ts'
import { insertVerb } from './insert-stream.ts'
import { listEventsVerb } from './log.ts'
import { meterVerb } from './meter-stream.ts'
import type { PlanFields } from './plan-fields.ts'
import { createStoreContext } from './store-context.ts'
import { transitionVerb } from './transition-stream.ts'

/** Options of {@link firestoreStreamStore}. */
export interface FirestoreStreamStoreOptions {
  /** The collection that viewers may read. Default `streams`; the shipped rules name it. */
  readonly publicCollection?: string
  /** Begins the names of the collections that no client may read. Default `stagedoor_`; the shipped rules name it. */
  readonly privatePrefix?: string
  /** Maps a stream to the delivery fields of its public document. Default {@link planFieldsOf}. */
  readonly planFields?: PlanFields
  /** How long one call may take, its retries included. Default 10. */
  readonly timeoutSeconds?: number
  /** Readings of one stream are stored at most once in this time, over all servers. Default 1. */
  readonly writeIntervalSeconds?: number
  /**
   * The public document gets a new viewer count at most once in this time, as each of its listeners is billed for a read
   * then. Default 30. Changes of status are written at once.
   */
  readonly publicViewersSeconds?: number
}

/**
 * A stream store on Firestore in Native mode. Deploy `firestore.rules` and `firestore.indexes.json` of this package first.
 *
 * @param firestore - A `Firestore` of `@google-cloud/firestore`, or what `getFirestore()` of `firebase-admin` hands out.
 * @throws `StreamingError` `invalid_input` for options that cannot work. Methods throw `provider_unavailable` or
 * `rate_limited` when Firestore is away or busy, and `internal` with the fix for what an operator must mend.
 * @example
 * ```ts
 * import { Firestore } from '@google-cloud/firestore'
 * import { firestoreStreamStore } from '@stagedoor/persistence-firestore'
 *
 * const store = firestoreStreamStore(new Firestore({ projectId: 'my-platform' }))
 * ```
 */
export function firestoreStreamStore(
  firestore: FirestoreClient,
  options: FirestoreStreamStoreOptions = {},
): StreamStore {
  const context = createStoreContext(firestore, options)
  return {
    insert: insertVerb(context),
    transition: transitionVerb(context),
    meter: meterVerb(context),
    recordInbox: recordInboxVerb(context),
    listEvents: listEventsVerb(context),
    ...findStreams(context),
    ...deniedViewers(context),
    ...idempotencyKeys(context),
  }
}
