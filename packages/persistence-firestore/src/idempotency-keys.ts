import type { IdempotencyClaim, JsonValue, StreamStore } from '@stagedoor/streaming-core'
import { hashedId } from './document-id.ts'
import { statusOf } from './errors.ts'
import { unchanged } from './guarded-commit.ts'
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

/** A `create()` lets one caller through; of those who find an abandoned claim, its last update time does. */
export function idempotencyKeys(context: StoreContext): Keys {
  const documentOf = (key: string) => context.claims.doc(hashedId(key))

  return {
    claimIdempotencyKey: async ({ key, fingerprint, at, leaseSeconds }) => {
      const document = documentOf(key)
      const writeId = crypto.randomUUID()
      const claim = { fingerprint, claimedAt: at, writeId, expireAt: expiryOf(at) }
      const judge = (found: Claim): IdempotencyClaim | 'free' => {
        if (found.writeId === writeId) return { outcome: 'claimed' }
        if (found.fingerprint !== fingerprint) return { outcome: 'mismatch' }
        if (found.response !== undefined) return { outcome: 'done', response: parse(found.response) }
        const age = Date.parse(at) - Date.parse(found.claimedAt)
        return age < leaseSeconds * 1000 ? { outcome: 'in_progress' } : 'free'
      }
      return context.commit('claimIdempotencyKey', async () => {
        const snapshot = await document.get()
        const found = snapshot.data() as Claim | undefined
        const judged = found ? judge(found) : 'free'
        if (judged !== 'free') return { answer: judged }
        return {
          answer: { outcome: 'claimed' },
          write: (batch) => {
            if (found) batch.update(document, claim, unchanged(snapshot))
            else batch.create(document, claim)
          },
        }
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
      await context.commit('releaseIdempotencyKey', async () => {
        const snapshot = await document.get()
        const claim = snapshot.data() as Claim | undefined
        if (!claim || claim.response !== undefined) return { answer: null }
        return { answer: null, write: (batch) => batch.delete(document, unchanged(snapshot)) }
      })
    },
  }
}

function parse(text: string): JsonValue {
  return JSON.parse(text)
}
