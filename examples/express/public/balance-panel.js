import { currencyName } from './amount.js'
import { callApi } from './api.js'
import { moneyText } from './format.js'
import { makeElement } from './make-element.js'

/**
 * @typedef {Record<'gross' | 'fee' | 'net' | 'refunded' | 'disputed' | 'adjusted' | 'pending' | 'reserved' | 'available'
 *   | 'inTransit' | 'paidOut', string> & { currency: string }} Balance - Minor units.
 */

/**
 * What a creator has earned and where it is, a statement for each currency.
 *
 * @param {HTMLElement} root
 * @param {string} creatorId
 */
export function createBalancePanel(root, creatorId) {
  let asked = 0
  let shown = ''

  return {
    async refresh() {
      asked += 1
      const mine = asked
      const { balances } = await callApi('GET', `/api/tips/creators/${creatorId}/earnings`)
      const now = JSON.stringify([balances, new Date().getUTCMonth()])
      if (mine !== asked || now === shown) return
      shown = now
      const cards = balances.map((/** @type {Balance} */ balance) => card(balance, creatorId))
      root.replaceChildren(...(cards.length > 0 ? cards : [nothingYet()]))
    },
  }
}

/**
 * @param {Balance} balance
 * @param {string} creatorId
 */
function card(balance, creatorId) {
  const { currency } = balance
  const text = (/** @type {bigint | string} */ amount) => moneyText({ amount: String(amount), currency })
  const [net, refunded, disputed] = [balance.net, balance.refunded, balance.disputed].map(BigInt)
  const adjusted = BigInt(balance.adjusted)
  const kept = (net ?? 0n) - (refunded ?? 0n) - (disputed ?? 0n) + adjusted
  const minus = (/** @type {string} */ amount) => text(-BigInt(amount))
  const name = currencyName(currency)
  const article = makeElement(
    'article',
    'panel balance',
    makeElement('h3', '', name),
    stats([
      ['Available', text(balance.available), 'available'],
      ['Pending', text(balance.pending), 'pending'],
      ['On its way', text(balance.inTransit), 'inTransit'],
      ['Paid out', text(balance.paidOut), 'paidOut'],
    ]),
    makeElement('p', 'hint', whereItIs(balance)),
    sums([
      ['Tips', 'What viewers paid', text(balance.gross), 'gross'],
      ['Platform fee', '', minus(balance.fee), 'fee'],
      ['Yours', 'Tips less the fee', text(balance.net), 'net'],
      ['Refunded', 'Your part of it', minus(balance.refunded), 'refunded'],
      ['Disputed', 'Your part of it', minus(balance.disputed), 'disputed'],
      ...(adjusted === 0n
        ? []
        : [/** @type {const} */ (['Corrections', 'By the platform', text(adjusted), 'adjusted'])]),
      ['Left for you', '', text(kept), 'kept'],
      ...(BigInt(balance.reserved) === 0n
        ? []
        : [
            /** @type {const} */ ([
              'of it kept back',
              'A reserve against disputes',
              text(balance.reserved),
              'reserved',
            ]),
          ]),
    ]),
    statements(balance.currency, creatorId),
  )
  article.dataset.currency = currency
  article.setAttribute('aria-label', name)
  return article
}

/** @param {Balance} balance */
function whereItIs({ available, pending }) {
  if (BigInt(available) < 0n)
    return 'Refunds and disputes took more than was available. Your next tips make up for it.'
  if (BigInt(pending) > 0n)
    return 'Pending tips become available by themselves, after a hold that covers refunds and disputes.'
  return 'New tips are pending at first, and become available by themselves.'
}

/** @param {readonly (readonly [label: string, amount: string, name: string])[]} lines */
function stats(lines) {
  const list = makeElement('dl', 'stats')
  for (const [label, amount, name] of lines) {
    const value = makeElement('dd', '', amount)
    value.dataset.sum = name
    list.append(makeElement('div', '', makeElement('dt', '', label), value))
  }
  return list
}

/** @param {readonly (readonly [label: string, hint: string, amount: string, name: string])[]} lines */
function sums(lines) {
  const list = makeElement('dl', 'sums')
  for (const [label, hint, amount, name] of lines) {
    const value = makeElement('dd', '', amount)
    value.dataset.sum = name
    const term = makeElement('dt', '', label, hint ? makeElement('small', '', hint) : null)
    const line = makeElement('div', name === 'net' || name === 'kept' ? 'total' : '', term, value)
    list.append(line)
  }
  return list
}

/**
 * @param {string} currency
 * @param {string} creatorId
 */
function statements(currency, creatorId) {
  const now = new Date()
  const month = (/** @type {number} */ offset) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1))
  const link = (/** @type {Date} */ from, /** @type {Date} */ to) => {
    const query = new URLSearchParams({ currency, from: from.toISOString(), to: to.toISOString() })
    const title = from.toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })
    const anchor = makeElement('a', 'button', title)
    anchor.href = `/api/tips/creators/${creatorId}/statement?${query}`
    anchor.download = ''
    return anchor
  }
  return makeElement(
    'div',
    'statements',
    makeElement('p', '', 'Statement as CSV', makeElement('small', '', 'Months are in UTC')),
    makeElement('div', 'actions', link(month(0), month(1)), link(month(-1), month(0))),
  )
}

function nothingYet() {
  return makeElement(
    'div',
    'panel',
    makeElement('p', '', 'No tips yet.'),
    makeElement('p', 'hint', 'From the first one on, what you earn is shown here to the cent.'),
  )
}
