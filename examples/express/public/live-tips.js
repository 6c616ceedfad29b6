import { callApi } from './api.js'
import { pick, pickElement, setText } from './elements.js'
import { moneyText } from './format.js'
import { makeElement } from './make-element.js'

/**
 * @typedef {import('./amount.js').MoneyJson} MoneyJson
 * @typedef {{ id: string, tip: { amount: MoneyJson, from: string | null, message?: string } }} LiveTip
 */

const shownTips = 6

/**
 * What comes in while one watches: the latest tips, the creator's goal, and who gave most today.
 *
 * @param {HTMLElement} root
 * @returns {{ onTip(tip: LiveTip): void }}
 */
export function createLiveTips(root) {
  const creator = `/api/tips/creators/${encodeURIComponent(root.dataset.creatorId ?? '')}`
  const list = pick(root, '[data-latest-tips]', HTMLOListElement)
  /** @type {Set<string>} */
  const seen = new Set()
  let isWaiting = false

  async function refresh() {
    const [goal, board] = await Promise.all([
      callApi('GET', `${creator}/goal`),
      callApi('GET', `${creator}/leaderboard?period=day&limit=5`),
    ])
    showGoal(goal)
    const part = pickElement(root, '[data-board]')
    part.hidden = board.items.length === 0
    pick(part, '[data-board-lines]', HTMLOListElement).replaceChildren(
      ...board.items.map((/** @type {{ name: string | null, amount: MoneyJson }} */ { name, amount }) =>
        makeElement(
          'li',
          '',
          makeElement('bdi', '', name ?? 'Somebody'),
          makeElement('strong', '', moneyText(amount)),
        ),
      ),
    )
  }

  /** @param {{ goal: { title: string } | null, progress?: { current: MoneyJson, target: MoneyJson, isReached: boolean } }} answer */
  function showGoal({ goal, progress }) {
    const part = pickElement(root, '[data-goal]')
    part.hidden = goal === null
    if (!goal || !progress) return
    const { current, target, isReached } = progress
    setText(pickElement(part, '[data-goal-title]'), goal.title)
    const share = (BigInt(current.amount) * 1000n) / BigInt(target.amount)
    pick(part, '[data-goal-bar]', HTMLProgressElement).value = Math.min(1000, Number(share))
    const words = `${moneyText(current)} of ${moneyText(target)}`
    setText(pickElement(part, '[data-goal-text]'), isReached ? `Reached! ${words}` : words)
  }

  /** Many tips at once ask once. */
  function refreshSoon() {
    if (isWaiting) return
    isWaiting = true
    setTimeout(() => {
      isWaiting = false
      refresh().catch(() => {})
    }, 300)
  }

  // At once, as what it shows moves what is below.
  refresh().catch(() => {})
  return {
    onTip: ({ id, tip }) => {
      if (seen.has(id)) return
      seen.add(id)
      const who = tip.from ?? 'Somebody'
      const line = makeElement(
        'li',
        '',
        makeElement('strong', '', moneyText(tip.amount)),
        makeElement('bdi', '', who),
        tip.message ? makeElement('q', '', tip.message) : null,
      )
      for (const words of line.querySelectorAll('q')) words.dir = 'auto'
      list.prepend(line)
      while (list.children.length > shownTips) list.lastElementChild?.remove()
      pickElement(root, '[data-latest]').hidden = false
      setText(pickElement(root, '[data-tip-announcer]'), `${who} tipped ${moneyText(tip.amount)}.`)
      refreshSoon()
    },
  }
}
