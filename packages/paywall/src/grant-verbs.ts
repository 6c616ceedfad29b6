import type { Grant, Revocation } from './entry.ts'
import { invalidInput, PaywallError } from './errors.ts'
import { pageOf, readPage } from './page.ts'
import type { Paywall } from './paywall.ts'
import { type PaywallContext, requireCreator } from './paywall-context.ts'
import { readId, readKey, readReason, readResource, readTime } from './validate.ts'

type GrantVerbs = Pick<Paywall, 'grantAccess' | 'revokeAccess' | 'listEntries'>

/** The verbs that give access for nothing, and take it away. */
export function grantVerbs(context: PaywallContext): GrantVerbs {
  const { store } = context.settings

  return {
    grantAccess: async (actor, input, { idempotencyKey }) => {
      const resource = readResource(input.resource)
      const creatorId = await context.creatorOf(resource)
      requireCreator(actor, creatorId)
      const source = readSource(input.source ?? 'comp')
      const sourceRef = `${source}:${actor.userId}:${readKey(idempotencyKey)}`
      const present = (await store.findEntries(sourceRef)).find((entry) => entry.kind === 'grant')
      const startsAt = readStart(input.startsAt, present?.startsAt ?? context.now())
      const endsAt = input.endsAt === null ? null : readTime('endsAt', input.endsAt)
      if (endsAt !== null && endsAt <= startsAt) {
        throw invalidInput('endsAt', `a time after ${startsAt}, when access begins, or null for good`)
      }
      const userId = readId('userId', input.userId)
      const grant: Grant = { kind: 'grant', userId, resource, sourceRef, source, startsAt, endsAt }
      if (present) {
        if (isSame(present, grant)) return { sourceRef }
        throw new PaywallError({
          code: 'conflict',
          field: 'idempotencyKey',
          message: 'idempotencyKey: it was used for another grant. Draw a new one for each grant.',
        })
      }
      const reason = input.reason === undefined ? undefined : readReason(input.reason)
      await context.commit({
        entries: [grant],
        audit: [
          context.audit(actor, {
            ...{ action: 'access.granted', creatorId, userId, subject: resource },
            ...(reason === undefined ? {} : { reason }),
          }),
        ],
        events: [context.changed(userId, creatorId)],
      })
      return { sourceRef }
    },
    revokeAccess: async (actor, input) => {
      const sourceRef = readId('sourceRef', input.sourceRef)
      const reason = readReason(input.reason)
      const entries = await store.findEntries(sourceRef)
      const grants = entries.filter((entry) => entry.kind === 'grant')
      if (grants.length === 0) {
        throw new PaywallError({
          code: 'not_found',
          message: `Nothing was granted by ${sourceRef.slice(0, 60)}.`,
        })
      }
      const creators = new Set<string>()
      for (const { resource } of grants) creators.add(await context.creatorOf(resource))
      for (const creatorId of creators) requireCreator(actor, creatorId)
      const from = context.now()
      for (const userId of new Set(grants.map((grant) => grant.userId))) {
        const isDone = entries.some(
          (entry) => entry.kind === 'revocation' && entry.userId === userId && entry.from <= from,
        )
        if (isDone) continue
        const revocation: Revocation = { kind: 'revocation', userId, sourceRef, from, reason }
        await context.commit({
          entries: [revocation],
          audit: [...creators].map((creatorId) =>
            context.audit(actor, { action: 'access.revoked', creatorId, userId, subject: sourceRef, reason }),
          ),
          events: [...creators].map((creatorId) => context.changed(userId, creatorId)),
        })
      }
    },
    listEntries: async (userId, query = {}) => {
      const { afterId, limit } = readPage(query)
      const after = Number(afterId ?? 0)
      if (!Number.isSafeInteger(after))
        throw invalidInput('cursor', 'the nextCursor of the page before, as it came')
      const rows = await store.listEntries(readId('userId', userId), { after, limit: limit + 1 })
      const page = pageOf(rows, limit, ({ position }) => `${position}`)
      return { ...page, items: page.items.map(({ entry }) => entry) }
    },
  }
}

function readSource(source: unknown): Grant['source'] {
  if (source === 'comp' || source === 'gift' || source === 'admin') return source
  throw invalidInput('source', 'comp, gift or admin')
}

function readStart(given: string | undefined, otherwise: string): string {
  return given === undefined ? otherwise : readTime('startsAt', given)
}

function isSame(left: Grant, right: Grant): boolean {
  return (['userId', 'resource', 'startsAt', 'endsAt'] as const).every((name) => left[name] === right[name])
}
