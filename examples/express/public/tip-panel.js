import { amountExample, currencyWords, readAmount, typedAmount } from './amount.js'
import { ApiError, callApi } from './api.js'
import { pickButton, pickElement, pickInput, setText } from './elements.js'
import { plainMessage, showFieldError } from './field-error.js'
import { moneyText } from './format.js'
import { makeButton, makeElement } from './make-element.js'
import { randomKey } from './random-key.js'

/**
 * @typedef {import('./amount.js').MoneyJson} MoneyJson
 * @typedef {import('./tip-words.js').Tip} Tip
 * @typedef {{ id: string, title: string, price: MoneyJson }} MenuItem
 */

const returningKey = 'stagedoor.tip'
const settleTries = 40

const declineWords = /** @type {Record<string, string>} */ ({
  insufficient_funds: 'There is not enough money on it.',
  expired_card: 'The card has expired.',
  incorrect_details: 'Something about the card was not right.',
  authentication_required: 'The bank wants you to confirm it.',
  limit_exceeded: 'It is above your limit.',
  gateway_busy: 'The payment service is busy.',
  canceled_by_payer: 'The payment was given up.',
})

/**
 * The form that tips. One intent has one key: it is repeated while nobody knows how it went, and drawn anew for the next.
 *
 * @param {HTMLElement} root
 */
export function bindTipPanel(root) {
  const form = root.querySelector('[data-tip-form]')
  if (form instanceof HTMLFormElement) bindForm(form, root.dataset)
}

/**
 * @param {HTMLFormElement} form
 * @param {DOMStringMap} about - Which creator, on which stream.
 */
function bindForm(form, { creatorId = '', streamId = '' }) {
  const amount = pickInput(form, '[name="amount"]')
  const message = pickInput(form, '[name="message"]')
  const pay = pickButton(form, '[data-pay]')
  const outcome = pickElement(form, '[data-outcome]')
  const formError = pickElement(form, '[data-form-error]')
  let currency = 'USD'
  /** Known once the rules are. @type {{ minimum: string, maximum: string } | null} */
  let limits = null
  /** @type {MenuItem | null} */
  let item = null
  /** @type {{ key: string, sent: string } | null} */
  let intent = null
  let isSending = false

  const wanted = () => readAmount(amount.value, currency)
  const text = (/** @type {string} */ minor) => moneyText({ amount: minor, currency })
  const mistakeIn = (/** @type {MoneyJson | null} */ money) => {
    if (money === null) return amountExample(currency)
    if (!limits) return ''
    if (BigInt(money.amount) < BigInt(limits.minimum)) return `A tip is at least ${text(limits.minimum)}.`
    return BigInt(money.amount) > BigInt(limits.maximum) ? `A tip is at most ${text(limits.maximum)}.` : ''
  }
  const say = (/** @type {string} */ text, tone = '') => {
    outcome.hidden = text === ''
    outcome.dataset.tone = tone
    setText(outcome, text)
  }
  const fail = (/** @type {string} */ text) => {
    formError.hidden = text === ''
    setText(formError, text)
  }
  const showErrorAt = (/** @type {string} */ field, /** @type {string} */ text) => {
    const input = field === 'amount' ? amount : message
    showFieldError(input, form.querySelector(`[data-error="${field}"]`), text)
  }
  const render = () => {
    const money = wanted()
    pay.disabled = isSending
    setText(pay, isSending ? 'Sending…' : money ? `Tip ${moneyText(money)}` : 'Tip')
    for (const button of form.querySelectorAll('[data-suggested]')) {
      if (!(button instanceof HTMLElement)) continue
      const isChosen = item
        ? button.dataset.item === item.id
        : money !== null && button.dataset.suggested === typedAmount(money)
      button.setAttribute('aria-pressed', String(isChosen && (item !== null || !button.dataset.item)))
    }
  }
  const choose = (/** @type {MoneyJson} */ money, /** @type {MenuItem | null} */ chosen = null) => {
    item = chosen
    amount.value = typedAmount(money)
    showErrorAt('amount', '')
    render()
  }

  async function load() {
    const [rules, menu] = await Promise.all([
      callApi('GET', '/api/tips/rules'),
      callApi('GET', `/api/tips/creators/${encodeURIComponent(creatorId)}/menu`),
    ])
    const [range] = rules.currencies
    currency = range.currency
    message.maxLength = rules.maxMessageLength
    limits = range
    setText(pickElement(form, '[data-currency]'), currencyWords(currency))
    setText(pickElement(form, '[data-range]'), `From ${text(range.minimum)} to ${text(range.maximum)}.`)
    const suggested = [300, 500, 1000, 2500].filter(
      (minor) => minor >= Number(range.minimum) && minor <= Number(range.maximum),
    )
    pickElement(form, '[data-amounts]').replaceChildren(
      ...suggested.map((minor) => {
        const money = { amount: String(minor), currency }
        const button = makeButton('button', moneyText(money), () => choose(money))
        button.dataset.suggested = typedAmount(money)
        return button
      }),
    )
    pickElement(form, '[data-menu-part]').hidden = menu.items.length === 0
    pickElement(form, '[data-menu]').replaceChildren(
      ...menu.items.map((/** @type {MenuItem} */ entry) => {
        const button = makeButton('button', '', () => choose(entry.price, entry))
        const title = makeElement('span', '', entry.title)
        title.dir = 'auto'
        button.append(title, ' ', makeElement('strong', '', moneyText(entry.price)))
        Object.assign(button.dataset, { suggested: typedAmount(entry.price), item: entry.id })
        return button
      }),
    )
    if (amount.value === '') choose({ amount: String(suggested[1] ?? range.minimum), currency })
    // Who typed before the rules were here has a sum now.
    else render()
  }

  async function send() {
    const money = wanted()
    const mistake = mistakeIn(money)
    showErrorAt('amount', mistake)
    showErrorAt('message', '')
    fail('')
    say('')
    if (mistake) return amount.focus()
    const instrument = form.querySelector('[name="instrument"]')
    const body = {
      ...{ creatorId, streamId, amount: money },
      ...(message.value.trim() ? { message: message.value } : {}),
      ...(pickInput(form, '[name="anonymous"]').checked ? { anonymous: true } : {}),
      ...(instrument instanceof HTMLSelectElement ? { instrument: instrument.value } : {}),
      ...(item ? { menuItemId: item.id } : {}),
    }
    const sent = JSON.stringify(body)
    // The same again while nobody knows how it went: then it is the same tip, and is charged once.
    if (intent?.sent !== sent) intent = { key: randomKey(), sent }
    isSending = true
    render()
    try {
      const answer = await callApi('POST', '/api/tips/tips', { body, idempotencyKey: intent.key })
      await show(answer.tip, answer.outcome)
    } catch (error) {
      explain(error)
    } finally {
      isSending = false
      render()
    }
  }

  /** @param {Tip} tip @param {{ kind: string, code?: string, action?: { type: string, url?: string } }} result */
  async function show(tip, result) {
    if (result.kind === 'action_required' && result.action?.url) {
      sessionStorage.setItem(returningKey, tip.id)
      say('Taking you to the payment page…')
      location.assign(result.action.url)
      return
    }
    if (tip.status !== 'pending') return settle(tip, result.code)
    say('Your payment is on its way. We will tell you here.', 'open')
    await untilSettled(tip.id)
  }

  /** @param {Tip} tip @param {string} [code] */
  function settle(tip, code) {
    intent = null
    sessionStorage.removeItem(returningKey)
    if (tip.status === 'completed') {
      message.value = ''
      item = null
      return say(`Thank you! ${moneyText(tip.amount)} is with the creator.`, 'good')
    }
    // What expired may still turn out to be paid.
    const retry = tip.status === 'expired' ? 'You can try again.' : 'Nothing was charged; you can try again.'
    say(`It was not paid. ${declineWords[code ?? ''] ?? 'The bank said no.'} ${retry}`, 'bad')
  }

  /** @param {string} tipId */
  async function untilSettled(tipId) {
    sessionStorage.setItem(returningKey, tipId)
    for (let attempt = 0; attempt < settleTries; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, attempt < 10 ? 700 : 3000))
      const answer = await callApi('GET', `/api/tips/tips/${tipId}`).catch(() => null)
      if (answer && answer.tip.status !== 'pending') return settle(answer.tip, answer.tip.declineCode)
    }
    say(
      'It takes longer than usual. Nothing is lost: it is not charged twice, and shows up when it is paid.',
      'open',
    )
  }

  /** @param {unknown} error */
  function explain(error) {
    if (error instanceof ApiError && (error.field === 'amount' || error.field === 'message')) {
      return showErrorAt(error.field, plainMessage(error))
    }
    const isLost = error instanceof ApiError && (error.status === 0 || error.status >= 500)
    if (!isLost) intent = null
    fail(
      isLost
        ? 'The server does not answer. Press again: the same tip is never charged twice.'
        : plainMessage(error),
    )
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!isSending) void send()
  })
  amount.addEventListener('input', () => {
    item = null
    showErrorAt('amount', '')
    render()
  })
  load().catch(() => fail('The server does not answer. Load the page again.'))
  const returning = sessionStorage.getItem(returningKey)
  if (returning) {
    say('Looking up your payment…', 'open')
    void untilSettled(returning)
  }
  render()
}
