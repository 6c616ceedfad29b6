import { ApiError, callApi } from './api.js'
import { pick, pickButton, pickElement, setText } from './elements.js'
import { createEstimate } from './estimate.js'
import { randomKey } from './random-key.js'

/** @typedef {import('./api.js').Stream} Stream */

/**
 * The form that plans a stream.
 *
 * @param {HTMLElement} root
 * @param {(stream: Stream, reasons: readonly string[]) => void} onCreated
 */
export function bindGoLiveForm(root, onCreated) {
  const form = pick(root, '[data-go-live]', HTMLFormElement)
  const submit = pickButton(form, '[data-submit]')
  const invited = pickElement(form, '[data-invited]')
  const formError = pickElement(form, '[data-form-error]')
  const estimate = createEstimate(pickElement(root, '[data-estimate-body]'))
  let idempotencyKey = randomKey()

  function planOf() {
    const data = new FormData(form)
    return {
      expectedViewers: Number(data.get('expectedViewers')),
      durationHours: Number(data.get('durationHours')),
      quality: String(data.get('quality')),
      method: String(data.get('method')),
    }
  }

  function accessOf() {
    const data = new FormData(form)
    const audience = String(data.get('audience'))
    return audience === 'invited' ? { audience, invited: data.getAll('invited').map(String) } : { audience }
  }

  /** Cents as the API takes them, null for no budget, undefined for what is no amount. */
  function budgetOf() {
    const typed = String(new FormData(form).get('budget')).trim()
    if (typed === '') return null
    const [, dollars, cents = ''] = /^\$?(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(typed) ?? []
    const amount = dollars === undefined ? 0 : Number(dollars) * 100 + Number(cents.padEnd(2, '0'))
    return amount > 0 ? { amount: String(amount), currency: 'USD' } : undefined
  }

  /**
   * @param {string} name
   * @param {string} message
   */
  function showError(name, message) {
    const input = form.elements.namedItem(name)
    const note = form.querySelector(`[data-error="${name}"]`)
    if (!(note instanceof HTMLElement) || !(input instanceof HTMLInputElement)) return false
    note.hidden = message === ''
    setText(note, message)
    input.setAttribute('aria-invalid', String(message !== ''))
    return true
  }

  function findMistakes() {
    const { expectedViewers, durationHours } = planOf()
    const title = String(new FormData(form).get('title')).trim()
    return {
      title: title === '' ? 'Give your stream a title, so that people know what it is.' : '',
      expectedViewers:
        Number.isInteger(expectedViewers) && expectedViewers >= 1 && expectedViewers <= 1_000_000
          ? ''
          : 'A whole number from 1 to 1,000,000.',
      durationHours: durationHours > 0 && durationHours <= 24 ? '' : 'More than 0 and up to 24 hours.',
      budget: budgetOf() === undefined ? 'An amount such as 20 or 12.50, or nothing.' : '',
    }
  }

  function onInput() {
    invited.hidden = new FormData(form).get('audience') !== 'invited'
    idempotencyKey = randomKey()
    const mistakes = findMistakes()
    for (const [name, message] of Object.entries(mistakes)) {
      if (message === '' || name !== 'title') showError(name, message)
    }
    estimate.update(mistakes.expectedViewers || mistakes.durationHours ? null : planOf())
  }

  /** @param {unknown} error */
  function showFailure(error) {
    const message = error instanceof Error ? error.message : String(error)
    // A stream is open already, perhaps from another tab: the studio shows it.
    if (error instanceof ApiError && error.code === 'conflict') return location.reload()
    if (error instanceof ApiError && error.field && showError(error.field, message)) return
    setText(formError, message)
    formError.hidden = false
  }

  async function create() {
    submit.disabled = true
    setText(submit, 'Preparing…')
    formError.hidden = true
    try {
      const title = String(new FormData(form).get('title')).trim()
      const budget = budgetOf()
      const body = { title, ...planOf(), access: accessOf(), ...(budget ? { budget } : {}) }
      const { stream, decision } = await callApi('POST', '/streams', { body, idempotencyKey })
      form.reset()
      onCreated(stream, decision.reasons)
    } catch (error) {
      showFailure(error)
    } finally {
      submit.disabled = false
      setText(submit, 'Prepare the stage')
    }
  }

  form.addEventListener('input', onInput)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const mistakes = Object.entries(findMistakes())
    for (const [name, message] of mistakes) showError(name, message)
    const first = mistakes.find(([, message]) => message !== '')
    if (first === undefined) return void create()
    const input = form.elements.namedItem(first[0])
    if (input instanceof HTMLInputElement) input.focus()
  })
  onInput()
  // Until here a press would have sent the form the browser's own way, and lost what was typed.
  submit.disabled = false
  return { refresh: onInput }
}
