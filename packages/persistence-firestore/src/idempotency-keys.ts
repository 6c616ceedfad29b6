import type { IdempotencyClaim, JsonValue, StreamStore } from '@stagedoor/streaming-core'
import { hashedId } from './document-id.ts'
import { isTaken, statusOf } from './errors.ts'
import type { FirestoreSnapshot } from './firestore-client.ts'
import { expiryOf } from './inbox.ts'
import type { StoreContext } from './store-context.ts'

type Keys = Pick<StreamStore, 'claimIdempotencyKey' | 'completeIdempotencyKey' | 'releaseIdempotencyKey'>

interface Claim {
  readonly fingerprint: string
  readonly claimedAt: string
  readonly writeId: string
  /** JSON, as Firestore holds no list in a list. */
  readonly response?: string
}

/** The first claim is a `create()`; only one that was abandoned needs a transaction. */
export function idempotencyKeys(context: StoreContext): Keys {
  const documentOf = (key: string) => context.claims.doc(hashedId(key))

  return {
    claimIdempotencyKey: async ({ key, fingerprint, at, leaseSeconds }) => {
      const document = documentOf(key)
      const writeId = crypto.randomUUID()
      const claim = { fingerprint, claimedAt: at, writeId, expireAt: expiryOf(at) }
      const judge = (snapshot: FirestoreSnapshot): IdempotencyClaim | 'free' => {
        const found = snapshot.data() as Claim | undefined
        if (!found) return 'free'
        if (found.writeId === writeId) return { outcome: 'claimed' }
        if (found.fingerprint !== fingerprint) return { outcome: 'mismatch' }
        if (found.response !== undefined) return { outcome: 'done', response: parse(found.response) }
        const age = Date.parse(at) - Date.parse(found.claimedAt)
        return age < leaseSeconds * 1000 ? { outcome: 'in_progress' } : 'free'
      }
      const standing = await context.call('claimIdempotencyKey', async () => {
        try {
          await document.create(claim)
          return { outcome: 'claimed' } as const
        } catch (error) {
          if (!isTaken(error)) throw error
          return judge(await document.get())
        }
      })
      if (standing !== 'free') return standing
      return context.transact('claimIdempotencyKey', async (transaction) => {
        const judged = judge(await transaction.get(document))
        if (judged !== 'free') return judged
        transaction.set(document, claim, { merge: false })
        return { outcome: 'claimed' }
      })
    },

    completeIdempotencyKey: async (key, response) => {
      await context.call('completeIdempotencyKey', async () => {
        try {
          await documentOf(key).update({ response: JSON.stringify(response) })
        } catch (error) {
          // A key that was released meanwhile has nothing to complete: gRPC's NOT_FOUND.
          if (statusOf(error) !== 5) throw error
        }
      })
    },

    releaseIdempotencyKey: async (key) => {
      const document = documentOf(key)
      await context.transact('releaseIdempotencyKey', async (transaction) => {
        const claim = (await transaction.get(document)).data()
        if (claim && claim.response === undefined) transaction.delete(document)
      })
    },
  }
}

function parse(text: string): JsonValue {
  return JSON.parse(text)
}
