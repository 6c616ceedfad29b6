import { StreamingError } from '@stagedoor/streaming-core'
import { mapFirestoreError, timeoutError } from './errors.ts'
import type {
  FirestoreClient,
  FirestoreCollection,
  FirestoreDocument,
  FirestoreSnapshot,
} from './firestore-client.ts'
import type { FirestoreStreamStoreOptions } from './firestore-stream-store.ts'
import { type Decided, guardedCommit } from './guarded-commit.ts'
import { type PlanFields, planFieldsOf } from './plan-fields.ts'

/** Where the store keeps its documents, and how it calls Firestore. */
export interface StoreContext {
  /** What viewers may read. */
  readonly publicStreams: FirestoreCollection
  /** The whole truth of each stream, closed to clients. */
  readonly records: FirestoreCollection
  /** The newest stream of each creator. */
  readonly creators: FirestoreCollection
  readonly inbox: FirestoreCollection
  readonly claims: FirestoreCollection
  readonly writeIntervalMs: number
  readonly publicViewersMs: number
  readonly planFields: PlanFields
  log(streamId: string): FirestoreCollection
  denied(streamId: string): FirestoreCollection
  /** Runs one call with a deadline; whatever it throws leaves as a `StreamingError`. */
  call<Result>(operation: string, work: () => Promise<Result>): Promise<Result>
  /** {@link StoreContext.call} of a {@link guardedCommit}, which writes nothing after its deadline. */
  commit<Answer>(operation: string, decide: () => Promise<Decided<Answer>>): Promise<Answer>
  /** Several documents as they were at one moment. */
  getAll(...documents: FirestoreDocument[]): Promise<readonly FirestoreSnapshot[]>
}

const privateNames = ['streams', 'creators', 'inbox', 'claims'] as const

/** Fills in the defaults. @throws {@link StreamingError} `invalid_input` for options that cannot work. */
export function createStoreContext(
  firestore: FirestoreClient,
  options: FirestoreStreamStoreOptions,
): StoreContext {
  const prefix = collectionName(options, 'privatePrefix', 'stagedoor_')
  const timeoutSeconds = seconds(options, 'timeoutSeconds', 10)
  if (timeoutSeconds === 0) throw badOption('timeoutSeconds', 'Pass a number of seconds above 0.')
  const publicName = collectionName(options, 'publicCollection', 'streams')
  if (privateNames.some((name) => publicName === `${prefix}${name}`)) {
    throw badOption('publicCollection', 'It would be the same as a private collection. Choose another name.')
  }
  const collection = (name: (typeof privateNames)[number]) => firestore.collection(`${prefix}${name}`)
  const records = collection('streams')

  const call = async <Result>(
    operation: string,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const deadline = new AbortController()
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const error = timeoutError(operation, timeoutSeconds)
      deadline.abort(error)
      reject(error)
    }, timeoutSeconds * 1000)
    try {
      return await Promise.race([work(deadline.signal), promise])
    } catch (error) {
      throw mapFirestoreError(operation, error)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    publicStreams: firestore.collection(publicName),
    records,
    creators: collection('creators'),
    inbox: collection('inbox'),
    claims: collection('claims'),
    writeIntervalMs: seconds(options, 'writeIntervalSeconds', 1) * 1000,
    publicViewersMs: seconds(options, 'publicViewersSeconds', 30) * 1000,
    planFields: options.planFields ?? planFieldsOf,
    log: (streamId) => records.doc(streamId).collection('log'),
    denied: (streamId) => records.doc(streamId).collection('denied'),
    call,
    commit: (operation, decide) => call(operation, (signal) => guardedCommit(firestore, signal, decide)),
    getAll: (...documents) => firestore.getAll(...documents),
  }
}

/** The documents of one stream that a change touches. */
export function documentsOf(
  context: StoreContext,
  streamId: string,
): Record<'record' | 'shown', FirestoreDocument> {
  return { record: context.records.doc(streamId), shown: context.publicStreams.doc(streamId) }
}

function collectionName(
  options: FirestoreStreamStoreOptions,
  name: 'privatePrefix' | 'publicCollection',
  fallback: string,
): string {
  const value = options[name] ?? fallback
  if (/^[A-Za-z][\w-]*$/.test(value)) return value
  throw badOption(name, 'Begin with a letter, go on with letters, digits, "_" or "-".')
}

function seconds(
  options: FirestoreStreamStoreOptions,
  name: 'timeoutSeconds' | 'writeIntervalSeconds' | 'publicViewersSeconds',
  fallback: number,
): number {
  const value = options[name] ?? fallback
  if (Number.isFinite(value) && value >= 0) return value
  throw badOption(name, 'Pass a number of seconds, 0 or more.')
}

function badOption(field: string, message: string): StreamingError {
  return new StreamingError({ code: 'invalid_input', field, message })
}
