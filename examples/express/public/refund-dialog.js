import { amountExample, currencyWords, readAmount, typedAmount } from './amount.js'
import { ApiError, callApi } from './api.js'
import { pick, pickButton, pickElement, pickInput, setText } from './elements.js'
import { plainMessage, showFieldError } from './field-error.js'
import { moneyText } from './format.js'
import { randomKey } from './random-key.js'
import { payerOf, refundable } from './tip-words.js'

/**
 * @typedef {import('./tip-words.js').Tip} Tip
 * @typedef {{ key: string, body: { amount: import('./amount.js').MoneyJson, reason?: string } }} Intent
 */

/** @type {Record<string, string>} */
const declines = {
  already_refunded: 'It has been refunded already.',
  amount_too_large: 'That is more than is left of it.',
  charge_disputed: 'The viewer’s bank holds the money of this tip.',
  charge_not_paid: 'This tip was not paid.',
  balance_insufficient:
    'The platform’s account at the payment service does not hold enough. Try again later.',
}

/**
 * Gives a tip back, whole or in part.
 *
 * A refund has one key from the first press on, also when its answer is lost and it is asked for again, maybe after the
 * dialog was closed: until its answer is known it can be repeated, and nothing else can be asked for in its place.
 *
 * @param {HTMLDialogElement} dialog
 * @param {{ onChange: (tip: Tip, message: string) => void, onClose: (tip: Tip) => void }} listeners
 */
export function bindRefundDialog(dialog, { onChange, onClose }) {
  const form = pick(dialog, 'form', HTMLFormElement)
  const part = pickElement(form, '[data-part]')
  const amount = pickInput(form, '[name="amount"]')
  const reason = pickInput(form, '[name="reason"]')
  const amountError = pickElement(form, '[data-error="amount"]')
  const formError = pickElement(form, '[data-form-error]')
  const reasonError = pickElement(form, '[data-error="reason"]')
  const partChoice = pickInput(form, '[name="extent"][value="part"]')
  const submit = pickButton(form, '[data-submit]')
  const keep = pickButton(form, '[data-keep]')
  /** @type {Tip | null} */
  let tip = null
  let key = randomKey()
  let isBusy = false
  /** Refunds by tip whose answer nobody has seen. @type {Map<string, Intent>} */
  const unanswered = new Map()

  /** What is asked for, null for what is no amount. @param {Tip} of */
  function wanted(of) {
    const { currency } = of.amount
    const intent = unanswered.get(of.id)
    if (intent) return intent.body.amount
    return partChoice.checked
      ? readAmount(amount.value, currency)
      : { amount: String(refundable(of)), currency }
  }

  function showSubmit() {
    const money = tip && wanted(tip)
    setText(submit, isBusy ? 'Refunding…' : money ? `Refund ${moneyText(money)}` : 'Refund')
    submit.disabled = isBusy
    keep.disabled = isBusy
  }

  /** @param {boolean} isLocked */
  function lock(isLocked) {
    for (const field of form.querySelectorAll('input')) field.disabled = isLocked
  }

  /** @param {Tip} of */
  function describe(of) {
    const left = { amount: String(refundable(of)), currency: of.amount.currency }
    const isWhole = left.amount === of.amount.amount
    const about = `${payerOf(of)} tipped ${moneyText(of.amount)}.`
    setText(
      pickElement(dialog, '[data-about]'),
      isWhole ? about : `${about} ${moneyText(left)} of it is left to refund.`,
    )
    setText(pickElement(form, '[data-currency]'), currencyWords(left.currency))
    setText(pickElement(form, '[data-most]'), `At most ${moneyText(left)}.`)
    setText(pickElement(form, '[data-whole]'), isWhole ? 'All of it' : 'All that is left')
  }

  function onInput() {
    part.hidden = !partChoice.checked
    showFieldError(amount, amountError, '')
    showFieldError(reason, reasonError, '')
    formError.hidden = true
    key = randomKey()
    showSubmit()
  }

  /** @param {Tip} of */
  function mistakeIn(of) {
    const money = wanted(of)
    if (money === null) return amountExample(of.amount.currency)
    const left = refundable(of)
    if (BigInt(money.amount) <= left) return ''
    return `Only ${moneyText({ ...money, amount: String(left) })} is left to refund.`
  }

  /** @param {string} message */
  function showProblem(message) {
    setText(formError, message)
    formError.hidden = false
  }

  /** @param {string} message */
  function showAmountProblem(message) {
    if (!partChoice.checked) return showProblem(message)
    showFieldError(amount, amountError, message)
    amount.focus()
  }

  /** @param {Tip} of */
  async function refund(of) {
    const money = wanted(of)
    if (money === null) return
    const why = reason.value.trim()
    // Names the amount also for the whole: what is left may be less by the time that it arrives.
    const before = unanswered.get(of.id)
    const intent = before ?? { key, body: { amount: money, ...(why ? { reason: why } : {}) } }
    unanswered.set(of.id, intent)
    isBusy = true
    showSubmit()
    formError.hidden = true
    const { body, key: idempotencyKey } = intent
    try {
      const answer = await callApi('POST', `/api/tips/tips/${of.id}/refund`, { body, idempotencyKey })
      unanswered.delete(of.id)
      settle(answer.tip, answer.outcome, moneyText(answer.refund.amount))
    } catch (error) {
      await showFailure(of, error, before === undefined)
    } finally {
      isBusy = false
      showSubmit()
    }
  }

  /**
   * @param {Tip} after
   * @param {{ kind: string, code?: string }} outcome
   * @param {string} text
   */
  function settle(after, outcome, text) {
    tip = after
    if (outcome.kind === 'declined') {
      key = randomKey()
      lock(false)
      describe(after)
      showProblem(
        `Nothing was refunded. ${declines[outcome.code ?? ''] ?? 'The payment service refused it.'}`,
      )
      onChange(after, '')
      return
    }
    onChange(
      after,
      {
        succeeded: `${text} refunded to ${payerOf(after)}.`,
        pending: `${text} is on its way back to ${payerOf(after)}.`,
      }[outcome.kind] ??
        `The payment service has not answered yet. ${text} is set aside, and this page shows what becomes of it.`,
    )
    dialog.close()
  }

  /**
   * @param {Tip} of
   * @param {unknown} error
   * @param {boolean} isFirst - False after an attempt whose answer was lost.
   */
  async function showFailure(of, error, isFirst) {
    if (error instanceof ApiError && !error.isTemporary) {
      // Being signed out says nothing of the attempt before; a conflict does: it never began.
      if (!isFirst && error.code !== 'conflict') return showProblem(plainMessage(error))
      unanswered.delete(of.id)
      lock(false)
      if (error.code === 'conflict') await showWhatIsLeft(of, plainMessage(error))
      else if (error.field === 'reason') showFieldError(reason, reasonError, plainMessage(error))
      else if (error.field?.startsWith('amount')) showAmountProblem(plainMessage(error))
      else showProblem(plainMessage(error))
      key = randomKey()
      return
    }
    lock(true)
    showProblem(
      'The answer was lost, so it is not known whether the money went back. Press again to find out: nothing is refunded twice.',
    )
  }

  /**
   * Somebody else was faster: the tip as it is now says what can be refunded.
   *
   * @param {Tip} of
   * @param {string} message
   */
  async function showWhatIsLeft(of, message) {
    try {
      const { tip: now } = await callApi('GET', `/api/tips/tips/${of.id}`)
      tip = now
      describe(now)
      onChange(now, '')
      showAmountProblem(refundable(now) > 0n ? mistakeIn(now) || message : message)
    } catch {
      showAmountProblem(message)
    }
  }

  form.addEventListener('input', onInput)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (tip === null || isBusy) return
    const mistake = unanswered.has(tip.id) ? '' : mistakeIn(tip)
    if (mistake) return showAmountProblem(mistake)
    void refund(tip)
  })
  keep.addEventListener('click', () => dialog.close())
  dialog.addEventListener('cancel', (event) => {
    if (isBusy) event.preventDefault()
  })
  dialog.addEventListener('close', () => {
    if (tip) onClose(tip)
    tip = null
  })

  return {
    /** @param {Tip} of */
    open(of) {
      const before = unanswered.get(of.id)
      tip = of
      form.reset()
      lock(false)
      onInput()
      describe(of)
      if (before) restore(before)
      showSubmit()
      dialog.showModal()
    },
  }

  /** @param {Intent} intent */
  function restore({ body }) {
    partChoice.checked = true
    part.hidden = false
    amount.value = typedAmount(body.amount)
    reason.value = body.reason ?? ''
    lock(true)
    showProblem(
      'You asked for this before, and its answer was lost. Press again to find out what became of it.',
    )
  }
}
