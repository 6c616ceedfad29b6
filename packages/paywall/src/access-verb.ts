import { batchCalls } from '@stagedoor/ledger'
import type { CachedAccess } from './access-cache.ts'
import { type DecideInput, decide, offersPreview, type PaywallDecision } from './decide.ts'
import type { Paywall } from './paywall.ts'
import type { PaywallContext } from './paywall-context.ts'
import type { AccessQuery } from './paywall-store.ts'
import { readStreamAccess } from './stream-access.ts'
import { readId } from './validate.ts'

/** Offers that a denial shows; a creator who has more on sale has the oldest shown. */
const mostOffers = 20

/** The verb that decides. */
export function accessVerb(context: PaywallContext): Pick<Paywall, 'access' | 'invalidate'> {
  const { store, defaultAccess, gate } = context.settings
  const loadAccess = batchCalls({ send: (queries: readonly AccessQuery[]) => store.loadAccess(queries) })
  const loadOffers = batchCalls({
    send: (creatorIds: readonly string[]) =>
      Promise.all(creatorIds.map((id) => store.listOffers(id, { isOnSale: true, limit: mostOffers }))),
  })
  const load = async (query: AccessQuery): Promise<CachedAccess> => {
    const [stored, offers] = await Promise.all([loadAccess(query), loadOffers(query.creatorId)])
    return { stored, offers }
  }

  return {
    access: async (viewer, stream, options = {}) => {
      const userId = viewer.userId === null ? null : readId('viewer.userId', viewer.userId)
      const access = readStreamAccess(stream.access, defaultAccess)
      const query: AccessQuery = { userId, streamId: stream.id, creatorId: stream.creatorId }
      const [{ stored, offers }, closed] = await Promise.all([
        context.cache.read(query, () => load(query)),
        gate && userId !== stream.creatorId ? gate(viewer, stream, options) : null,
      ])
      const input: DecideInput = {
        ...stored,
        userId,
        stream,
        access,
        offers,
        gate: closed,
        now: context.now(),
      }
      const decision = decide(input)
      if (!mayBeginPreview(input, decision, stream.status)) return decision
      const previewStartedAt = await store.startPreview(userId ?? '', stream.id, input.now)
      context.cache.forget(userId ?? '')
      return decide({ ...input, previewStartedAt })
    },
    invalidate: (userId) => context.cache.forget(readId('userId', userId)),
  }
}

/** The clock of a preview starts with the first look at a show that can be seen. */
function mayBeginPreview(
  { userId, access, previewStartedAt, gate, isBanned }: DecideInput,
  { allowed }: PaywallDecision,
  status: string | undefined,
): boolean {
  if (allowed || userId === null || previewStartedAt !== null || gate || isBanned) return false
  return offersPreview(access) && [undefined, 'live', 'interrupted'].includes(status)
}
