import type { TipEvent, TipStore } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import type { FirestoreBatch } from '../firestore-client.ts'
import { unchanged } from '../guarded-commit.ts'
import { foundFields } from '../written-fields.ts'
import { toStored } from './stored-value.ts'
import type { TipContext } from './tip-context.ts'

interface StoredEvent {
  readonly event: TipEvent
  readonly attempts: number
  /** From when on it may be claimed. */
  readonly freeAt: string
  /** Grows with the events. */
  readonly seq: number
}

const deletesAtOnce = 400

/** Adds events to a commit. */
export function enqueue(context: TipContext, batch: FirestoreBatch, events: readonly TipEvent[]): void {
  for (const event of events) {
    const stored = { event: toStored(event), attempts: 0, freeAt: event.at, seq: context.nextSeq() }
    batch.set(eventDocument(context, event.id), stored, { merge: false })
  }
}

function eventDocument({ outbox }: TipContext, eventId: string) {
  return outbox.doc(hashedId(eventId))
}

/** What is to be told. A claim is refused when one of its events has been claimed meanwhile, and looks again. */
export function outboxVerbs(
  context: TipContext,
): Pick<TipStore, 'claimEvents' | 'removeEvents' | 'releaseEvent'> {
  const { outbox } = context
  return {
    claimEvents: ({ at, until, limit }) =>
      context.commit('claimEvents', async () => {
        const query = outbox.where('freeAt', '<=', at).orderBy('freeAt').orderBy('seq').limit(limit)
        const { docs } = await query.get()
        const found = docs.map((snapshot) => {
          const stored = foundFields<StoredEvent>(snapshot)
          return { ...stored, snapshot, attempts: stored.attempts + 1 }
        })
        found.sort((left, right) => left.seq - right.seq)
        const answer = found.map(({ event, attempts }) => ({ event, attempts }))
        if (found.length === 0) return { answer }
        return {
          answer,
          write: (batch) => {
            for (const { snapshot, attempts } of found) {
              batch.update(snapshot.ref, { attempts, freeAt: until }, unchanged(snapshot))
            }
          },
        }
      }),

    removeEvents: async (ids) => {
      for (let start = 0; start < ids.length; start += deletesAtOnce) {
        const some = ids.slice(start, start + deletesAtOnce)
        await context.commit('removeEvents', async () => ({
          answer: null,
          write: (batch) => {
            for (const id of some) batch.delete(eventDocument(context, id))
          },
        }))
      }
    },

    releaseEvent: async (id, at) => {
      const document = eventDocument(context, id)
      await context.commit('releaseEvent', async () => {
        const snapshot = await document.get()
        if (!snapshot.exists) return { answer: null }
        return { answer: null, write: (batch) => batch.update(document, { freeAt: at }, unchanged(snapshot)) }
      })
    },
  }
}
