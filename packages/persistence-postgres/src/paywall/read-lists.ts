import type { AuditRecord, Ban, PaywallOffer, PaywallSale, PaywallStore } from '@stagedoor/paywall'
import type { RunStatement } from '../run-statement.ts'

type Lists = Pick<
  PaywallStore,
  'getOffer' | 'listOffers' | 'getSale' | 'listSales' | 'listBans' | 'listAudit'
>

/** Reads of what is on sale, was sold, and was done; each page is read from an index. */
export function listVerbs(run: RunStatement, tables: string): Lists {
  const documents = async <Document>(work: string, text: string, values: readonly unknown[]) =>
    (await run<{ readonly document: Document }>(work, text, values)).map(({ document }) => document)
  const offersText = `select document from ${tables}.paywall_offers where creator_id = $1
    and ($2::boolean is null or is_on_sale = $2::boolean)
    and ($3::text is null or (created_at, id) > (select o.created_at, o.id from ${tables}.paywall_offers o where o.id = $3::text))
    order by created_at, id limit $4::integer`
  const salesText = (column: string) => `select document from ${tables}.paywall_sales where ${column} = $1
    and ($2::text is null or (created_at, id) < (select s.created_at, s.id from ${tables}.paywall_sales s where s.id = $2::text))
    order by created_at desc, id desc limit $3::integer`
  const bansText = `select ban as document from ${tables}.paywall_bans where creator_id = $1 and user_id > $2
    order by user_id limit $3::integer`
  const auditText = `select record as document from ${tables}.paywall_audit where ($1::text is null or creator_id = $1::text)
    and ($2::text is null or seq < (select a.seq from ${tables}.paywall_audit a where a.id = $2::text))
    order by seq desc limit $3::integer`

  return {
    getOffer: async (offerId) => {
      const text = `select document from ${tables}.paywall_offers where id = $1`
      return (await documents<PaywallOffer>('getOffer', text, [offerId]))[0] ?? null
    },
    listOffers: (creatorId, { afterId = null, limit, isOnSale = null }) =>
      documents<PaywallOffer>('listOffers', offersText, [creatorId, isOnSale, afterId, limit]),
    getSale: async (saleId) => {
      const text = `select document from ${tables}.paywall_sales where id = $1`
      return (await documents<PaywallSale>('getSale', text, [saleId]))[0] ?? null
    },
    listSales: (query) => {
      const { afterId = null, limit } = query
      const [column, owner] = 'userId' in query ? ['user_id', query.userId] : ['creator_id', query.creatorId]
      return documents<PaywallSale>('listSales', salesText(column), [owner, afterId, limit])
    },
    listBans: (creatorId, { afterUserId = '', limit }) =>
      documents<Ban>('listBans', bansText, [creatorId ?? '', afterUserId, limit]),
    listAudit: (creatorId, { afterId = null, limit }) =>
      documents<AuditRecord>('listAudit', auditText, [creatorId, afterId, limit]),
  }
}
