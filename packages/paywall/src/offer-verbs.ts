import { digestId } from './digest-id.ts'
import { PaywallError } from './errors.ts'
import type { PaywallOffer } from './offer.ts'
import type { PaywallActor } from './options.ts'
import { pageOf, readPage } from './page.ts'
import type { OfferInput, Paywall } from './paywall.ts'
import { type PaywallContext, requireCreator } from './paywall-context.ts'
import { streamResource } from './resource.ts'
import { readId, readKey, readPrice, readTerms, readTitle } from './validate.ts'

type OfferVerbs = Pick<Paywall, 'createOffer' | 'getOffer' | 'listOffers' | 'updateOffer' | 'archiveOffer'>

/** The verbs of what is on sale. */
export function offerVerbs(context: PaywallContext): OfferVerbs {
  const { store, generateId } = context.settings

  const getOffer = async (offerId: string) => {
    const offer = await store.getOffer(readId('offerId', offerId))
    if (offer) return offer
    throw new PaywallError({ code: 'not_found', message: `There is no offer ${offerId.slice(0, 60)}.` })
  }
  const save = async (actor: PaywallActor, offer: PaywallOffer, action: string) => {
    const audit = [context.audit(actor, { action, creatorId: offer.creatorId, subject: offer.id })]
    const result = await context.commit({ offer, audit, events: [] })
    return result === 'committed'
  }
  const saveNext = async (actor: PaywallActor, offer: PaywallOffer, action: string) => {
    if (await save(actor, offer, action)) return offer
    throw new PaywallError({
      code: 'conflict',
      message: `The offer ${offer.id} was changed by another call meanwhile. Read it and decide again.`,
    })
  }
  /** @throws `forbidden` for resources of another creator. */
  const requireOwn = async (actor: PaywallActor, terms: PaywallOffer['terms'], creatorId: string) => {
    const resources =
      terms.kind === 'ticket'
        ? [streamResource(terms.streamId)]
        : terms.kind === 'bundle'
          ? terms.resources
          : []
    for (const resource of resources) {
      const owner = await context.creatorOf(resource)
      requireCreator(actor, owner)
      if (owner !== creatorId) {
        throw new PaywallError({ code: 'forbidden', message: `${resource} is another creator's.` })
      }
    }
  }

  return {
    createOffer: async (actor, input, { idempotencyKey } = {}) => {
      const creatorId = readId('actor.userId', actor?.userId)
      const content = readContent(input)
      await requireOwn(actor, content.terms, creatorId)
      const id =
        idempotencyKey === undefined
          ? generateId()
          : await digestId('offer', creatorId, readKey(idempotencyKey))
      const offer: PaywallOffer = {
        ...{ id, creatorId, version: 1, ...content },
        ...{ isOnSale: true, createdAt: context.now() },
      }
      if (await save(actor, offer, 'offer.created')) return offer
      const present = await getOffer(id)
      // What it is now, or was when it had been made: a repetition may come after a change.
      if (present.version > 1 || isSame(present, offer)) return present
      throw new PaywallError({
        code: 'conflict',
        field: 'idempotencyKey',
        message: 'idempotencyKey: it was used for another offer. Draw a new one for each offer.',
      })
    },
    getOffer,
    listOffers: async (creatorId, query = {}) => {
      const { afterId, limit } = readPage(query)
      const rows = await store.listOffers(readId('creatorId', creatorId), {
        ...(afterId === undefined ? {} : { afterId }),
        ...(query.isOnSale === undefined ? {} : { isOnSale: query.isOnSale }),
        limit: limit + 1,
      })
      return pageOf(rows, limit, ({ id }) => id)
    },
    updateOffer: async (actor, offerId, change) => {
      const offer = await getOffer(offerId)
      requireCreator(actor, offer.creatorId)
      const content = readContent({ ...offer, ...change })
      if (content.terms.kind !== offer.terms.kind) {
        throw new PaywallError({
          code: 'invalid_input',
          field: 'terms.kind',
          message: `terms.kind: the offer is a ${offer.terms.kind}. Make another one and archive this.`,
        })
      }
      await requireOwn(actor, content.terms, offer.creatorId)
      return saveNext(actor, { ...offer, ...content, version: offer.version + 1 }, 'offer.updated')
    },
    archiveOffer: async (actor, offerId) => {
      const offer = await getOffer(offerId)
      requireCreator(actor, offer.creatorId)
      if (!offer.isOnSale) return offer
      return saveNext(actor, { ...offer, isOnSale: false, version: offer.version + 1 }, 'offer.archived')
    },
  }
}

function readContent({ title, price, terms }: OfferInput): Pick<PaywallOffer, 'title' | 'price' | 'terms'> {
  return { title: readTitle(title), price: readPrice(price), terms: readTerms(terms) }
}

function isSame(left: PaywallOffer, right: PaywallOffer): boolean {
  const content = ({ title, price, terms }: PaywallOffer) =>
    JSON.stringify([title, price.amount, price.currency, Object.entries(terms).sort()])
  return content(left) === content(right)
}
