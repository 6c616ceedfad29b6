import type { LedgerStore } from '@stagedoor/ledger'
import type { TipStore } from '@stagedoor/tips'
import type { FirestoreClient } from '../firestore-client.ts'
import { freshLedger } from '../ledger/fresh-ledger.fixture.ts'
import { firestoreTipStore } from './firestore-tip-store.ts'

/** Stores of tips and of their books that see nothing of what other tests stored. */
export function freshMoney(firestore: FirestoreClient): {
  readonly tips: TipStore
  readonly ledger: LedgerStore
  readonly privatePrefix: string
} {
  const { store: ledger, privatePrefix } = freshLedger(firestore)
  return { tips: firestoreTipStore(firestore, { privatePrefix, timeoutSeconds: 60 }), ledger, privatePrefix }
}
