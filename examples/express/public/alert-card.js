import { countText, moneyText } from './format.js'
import { makeElement } from './make-element.js'

/** @typedef {import('./alert-queue.js').Alert} Alert */

/**
 * What an overlay shows of an alert.
 *
 * @param {Alert} alert
 */
export function createAlertCard(alert) {
  if (alert.type === 'more') {
    return card('more', makeElement('p', 'alert-title', `and ${countText(alert.tips, 'more tip')}`))
  }
  if (alert.type === 'goal.reached') {
    const { goal, level, target, rounds } = alert
    const round = {
      single: '',
      stepped: `Step ${level} · `,
      resetting: rounds ? `${rounds} rounds, up to ${level} · ` : `Round ${level} · `,
    }[goal.kind]
    return card(
      'goal',
      makeElement('p', 'alert-title', 'Goal reached'),
      words('alert-message', goal.title),
      makeElement('p', 'alert-small', `${round}${moneyText(target)}`),
    )
  }
  const { tip, isTest } = alert
  const name = makeElement('bdi', 'alert-name', tip.from ?? 'Somebody')
  const amount = makeElement('span', 'alert-amount', moneyText(tip.amount))
  const title = makeElement('p', 'alert-title', name, makeElement('span', '', ' tipped ', amount))
  return card(
    isTest ? 'test' : 'tip',
    title,
    tip.message ? words('alert-message', tip.message) : null,
    isTest ? makeElement('p', 'alert-small', 'Test alert, nobody paid') : null,
  )
}

/** For who set up the source: the address does not work. */
export function createNotice() {
  return card(
    'notice',
    makeElement('p', 'alert-message', 'This address of the overlay does not work any more.'),
    makeElement('p', 'alert-small', 'Make a new one under Earnings, and put it into this source.'),
  )
}

/**
 * @param {string} kind
 * @param {...(HTMLElement | null)} parts
 */
function card(kind, ...parts) {
  const element = makeElement('div', 'alert', ...parts)
  element.dataset.kind = kind
  return element
}

/**
 * @param {string} className
 * @param {string} text
 */
function words(className, text) {
  const element = makeElement('p', className, text)
  element.dir = 'auto'
  return element
}
