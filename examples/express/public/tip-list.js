import { callApi } from './api.js'
import { moneyText } from './format.js'
import { makeButton, makeElement } from './make-element.js'
import { notesOf, partOf, payerOf, refundable, statusOf } from './tip-words.js'

/** @typedef {import('./tip-words.js').Tip} Tip */

const pageSize = 10
/** As many as the API gives at once. */
const mostAtOnce = 200

const timeFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/**
 * A creator's tips, newest first and page by page.
 *
 * @param {HTMLElement} root
 * @param {{
 *   creatorId: string,
 *   menuTitle: (itemId: string) => string | null,
 *   onRefund: (tip: Tip) => void,
 *   onBlock: (tip: Tip) => void,
 * }} options
 */
export function createTipList(root, { creatorId, menuTitle, onRefund, onBlock }) {
  const list = makeElement('ol', 'tip-list')
  const empty = makeElement('p', 'hint', 'Nobody has tipped you yet.')
  const more = makeButton('button', 'Show more', () => void showMore())
  const problem = makeElement('p', 'form-error')
  problem.setAttribute('role', 'alert')
  /** @type {Map<string, { key: string, row: HTMLElement }>} */
  let rows = new Map()
  /** @type {readonly Tip[]} */
  let tips = []
  /** @type {string | null} */
  let nextCursor = null
  let asked = 0
  let isLoaded = false

  /**
   * @param {number} limit
   * @param {string | null} cursor
   * @returns {Promise<{ items: Tip[], nextCursor: string | null }>}
   */
  function load(limit, cursor) {
    const query = new URLSearchParams({ creatorId, limit: String(limit), ...(cursor && { cursor }) })
    return callApi('GET', `/api/tips/tips?${query}`)
  }

  function render() {
    const next = new Map(tips.map((tip) => [tip.id, rowOf(tip)]))
    const order = [...next.values()].map(({ row }) => row)
    const isSame =
      order.length === list.children.length && order.every((row, at) => row === list.children[at])
    const active = document.activeElement
    const focused = active?.closest('[data-tip-id]')
    const action = active instanceof HTMLElement ? active.dataset.action : undefined
    rows = next
    if (!isSame) {
      list.replaceChildren(...order)
      if (focused instanceof HTMLElement && !list.contains(document.activeElement))
        focus(focused.dataset.tipId ?? '', action)
    }
    empty.hidden = !isLoaded || tips.length > 0
    list.hidden = tips.length === 0
    more.hidden = nextCursor === null
  }

  /** @param {Tip} tip */
  function rowOf(tip) {
    const title = tip.menuItemId === undefined ? null : menuTitle(tip.menuItemId)
    const key = JSON.stringify([tip, title])
    const before = rows.get(tip.id)
    return before?.key === key ? before : { key, row: tipRow(tip, title, { onRefund, onBlock }) }
  }

  async function showMore() {
    more.disabled = true
    const cursor = nextCursor
    asked += 1
    const mine = asked
    try {
      const page = await load(pageSize, cursor)
      if (mine !== asked) return
      const known = tips.length
      tips = [...tips, ...page.items.filter(({ id }) => !rows.has(id))]
      nextCursor = page.nextCursor
      problem.hidden = true
      render()
      // The button may be gone; reading goes on at the first new tip.
      const first = list.children[known]
      if (nextCursor === null && first instanceof HTMLElement) first.focus()
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error)
      problem.hidden = false
    } finally {
      more.disabled = false
    }
  }

  async function refresh() {
    asked += 1
    const mine = asked
    const page = await load(Math.min(mostAtOnce, Math.max(pageSize, tips.length)), null)
    if (mine !== asked) return
    const fresh = new Set(page.items.map(({ id }) => id))
    // What is further down than one answer reaches stays as it was loaded.
    const rest = page.nextCursor === null || tips.length <= page.items.length ? [] : tips
    const older = rest.filter(({ id }) => !fresh.has(id))
    if (older.length === 0) nextCursor = page.nextCursor
    tips = [...page.items, ...older]
    isLoaded = true
    render()
  }

  /**
   * Goes to what can be done with a tip; to the tip where it cannot be done any more.
   *
   * @param {string} tipId
   * @param {string} [action] - `refund` or `block`.
   */
  function focus(tipId, action = 'refund') {
    const row = rows.get(tipId)?.row
    const button = row?.querySelector(`[data-action="${action}"]`)
    const target = button instanceof HTMLElement ? button : row
    target?.focus({ preventScroll: true })
  }

  problem.hidden = true
  empty.hidden = true
  more.hidden = true
  root.replaceChildren(empty, list, problem, makeElement('div', 'actions', more))

  return {
    refresh,
    focus,
    render,
    /**
     * The newest that is known of a tip, with what an answer says of it.
     *
     * @param {Tip} tip
     */
    update(tip) {
      tips = tips.map((one) => (one.id === tip.id ? tip : one))
      render()
    },
  }
}

/** @typedef {{ onRefund: (tip: Tip) => void, onBlock: (tip: Tip) => void }} Actions */

/**
 * @param {Tip} tip
 * @param {string | null} menuTitle
 * @param {Actions} actions
 */
function tipRow(tip, menuTitle, actions) {
  const { text, tone } = statusOf(tip)
  const name = makeElement('strong', 'tip-payer', payerOf(tip))
  name.dir = 'auto'
  const at = tip.completedAt ?? tip.createdAt
  const time = makeElement('time', '', timeFormat.format(new Date(at)))
  time.dateTime = at
  const status = makeElement('span', 'tip-status', text)
  status.dataset.tone = tone
  const message = tip.message ? makeElement('p', 'tip-message', tip.message) : null
  if (message) message.dir = 'auto'
  const notes = notesOf(tip).map((line) => makeElement('p', 'tip-note', line))
  const row = makeElement(
    'li',
    'tip',
    makeElement('div', 'tip-who', name, makeElement('p', 'tip-facts', time, status)),
    makeElement(
      'div',
      'tip-text',
      menuTitle ? makeElement('p', 'tip-item', menuTitle) : null,
      message,
      ...notes,
    ),
    amounts(tip),
    actionsOf(tip, actions),
  )
  row.dataset.tipId = tip.id
  row.tabIndex = -1
  return row
}

/** @param {Tip} tip */
function amounts(tip) {
  const paid = makeElement('p', 'tip-amount', moneyText(tip.amount))
  const words = partOf(tip)
  const part = words ? makeElement('p', 'tip-part', words) : null
  if (part) part.title = `${(10_000 - tip.feeBps) / 100} % of the tip`
  const cell = makeElement('div', 'tip-money', paid, part)
  if (!words) cell.dataset.state = tip.status === 'pending' ? 'waiting' : 'gone'
  return cell
}

/**
 * @param {Tip} tip
 * @param {Actions} actions
 */
function actionsOf(tip, { onRefund, onBlock }) {
  const cell = makeElement('div', 'tip-action')
  const about = `the tip of ${moneyText(tip.amount)} by ${payerOf(tip)}`
  if (refundable(tip) > 0n) {
    const refund = makeButton('button', 'Refund…', () => onRefund(tip))
    refund.dataset.action = 'refund'
    refund.setAttribute('aria-label', `Refund ${about}`)
    cell.append(refund)
  }
  const block = makeButton('button quiet', 'Block…', () => onBlock(tip))
  block.dataset.action = 'block'
  block.setAttribute('aria-label', `Block who gave ${about}`)
  cell.append(block)
  return cell
}
