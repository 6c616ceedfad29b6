import { callApi } from './api.js'
import { moneyText } from './format.js'

/** @typedef {import('@stagedoor/streaming-core').Quote} Quote */

/** @type {Record<string, string>} */
const names = {
  'ivs-channel': 'Broadcast (Amazon IVS)',
  'ivs-stage': 'Stage (Amazon IVS Real-Time)',
  livekit: 'Interactive (LiveKit)',
}

/** @param {string} candidate */
export const candidateName = (candidate) => names[candidate] ?? candidate

/**
 * Shows how a plan would be carried and what it would cost.
 *
 * @param {HTMLElement} body
 */
export function createEstimate(body) {
  let asked = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  /** @param {Record<string, unknown>} plan */
  async function ask(plan) {
    asked += 1
    const mine = asked
    try {
      const estimate = await callApi('POST', '/estimates', { body: plan })
      if (mine === asked) body.replaceChildren(...render(estimate))
    } catch (error) {
      if (mine === asked)
        body.replaceChildren(text('p', 'hint', error instanceof Error ? error.message : String(error)))
    }
  }

  return {
    /** @param {Record<string, unknown> | null} plan - Null while a field is wrong. */
    update(plan) {
      clearTimeout(timer)
      if (plan) timer = setTimeout(() => void ask(plan), 250)
    },
  }
}

/** @param {{ decision: import('@stagedoor/streaming-core').Decision | null, quotes: Quote[] }} estimate */
function render({ decision, quotes }) {
  if (decision === null)
    return [text('p', 'estimate-choice', 'Nothing here can carry this'), ...waysOf(quotes)]
  const chosen = quotes.find((quote) => quote.candidate === decision.candidate)
  const nodes = [text('p', 'estimate-choice', candidateName(decision.candidate))]
  if (chosen?.feasible) nodes.push(...price(chosen))
  const reasons = document.createElement('ul')
  reasons.append(...decision.reasons.map((reason) => text('li', '', reason)))
  nodes.push(reasons)
  const others = quotes.filter((quote) => quote !== chosen)
  if (others.length > 0) nodes.push(otherWays(others))
  return nodes
}

/** @param {Extract<Quote, { feasible: true }>} quote */
function price(quote) {
  const items = document.createElement('dl')
  items.className = 'estimate-items'
  for (const item of quote.items) {
    const row = document.createElement('div')
    row.append(text('dt', '', item.label), text('dd', '', moneyText(item.amount)))
    items.append(row)
  }
  return [
    text('p', 'estimate-total', moneyText(quote.total)),
    text('p', 'hint', `${moneyText(quote.perHour)} an hour · prices of ${quote.asOf}`),
    items,
    ...quote.notes.map((note) => text('p', 'hint', note)),
  ]
}

/** @param {readonly Quote[]} quotes */
function otherWays(quotes) {
  const details = document.createElement('details')
  details.className = 'more'
  details.append(text('summary', '', 'Compared with'), ...waysOf(quotes))
  return details
}

/** @param {readonly Quote[]} quotes */
function waysOf(quotes) {
  const list = document.createElement('ul')
  for (const quote of quotes) {
    const why = quote.feasible ? moneyText(quote.total) : quote.reasons.join(' ')
    list.append(text('li', '', `${candidateName(quote.candidate)}: ${why}`))
  }
  return [list]
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} content
 */
function text(tag, className, content) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.textContent = content
  return element
}
