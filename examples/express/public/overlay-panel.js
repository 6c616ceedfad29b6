import { amountExample, currencyName, readAmount, typedAmount } from './amount.js'
import { ApiError, callApi } from './api.js'
import { confirmDialog } from './confirm-dialog.js'
import { bindCopyButton } from './copy-button.js'
import { pick, pickButton, pickElement, pickInput, setText } from './elements.js'
import { plainMessage, showFieldError } from './field-error.js'
import { makeElement } from './make-element.js'

/** @typedef {{ minimums: import('./amount.js').MoneyJson[], showSeconds: number }} Settings */

/**
 * The address of the overlay with alerts, and what is shown there. The address holds a secret that is told once.
 *
 * @param {HTMLElement} root
 * @param {{ creatorId: string, origin: string, say: (message: string) => void }} options
 */
export function bindOverlayPanel(root, { creatorId, origin, say }) {
  const path = `/api/tips/creators/${creatorId}/alerts`
  const make = pickButton(root, '[data-make]')
  const test = pickButton(root, '[data-test]')
  const address = pickInput(root, '[data-address]')
  const problem = pickElement(root, '[data-problem]')
  const form = pick(root, 'form', HTMLFormElement)
  const minimums = pickElement(form, '[data-minimums]')
  const seconds = pickInput(form, '[name="showSeconds"]')
  const submit = pickButton(form, '[data-submit]')
  /** @type {Settings | null} */
  let settings = null
  let isDirty = false
  let asked = 0

  /** @param {Settings | null} next */
  function show(next) {
    settings = next
    for (const part of root.querySelectorAll('[data-has-address]')) {
      if (part instanceof HTMLElement) part.hidden = next === null
    }
    setText(make, next ? 'Make a new address…' : 'Make the address')
    if (next === null || isDirty) return
    seconds.value = String(next.showSeconds)
    for (const input of inputs()) {
      const minimum = next.minimums.find(({ currency }) => currency === input.name)
      input.value = minimum ? typedAmount(minimum) : ''
    }
  }

  const inputs = () => [...minimums.querySelectorAll('input')]

  async function rotate() {
    const isSure =
      settings === null ||
      (await confirmDialog({
        title: 'Make a new address?',
        text: 'The present address stops working at once: an overlay that uses it shows nothing any more, until you give it the new one.',
        confirm: 'Make a new address',
      }))
    if (!isSure) return
    make.disabled = true
    problem.hidden = true
    const hint =
      settings === null ? 'Keep it like a password.' : 'The address before this one has stopped working.'
    try {
      const answer = await callApi('POST', `${path}/rotate`)
      setText(pickElement(root, '#overlay-hint'), hint)
      asked += 1
      address.value = `${origin}/overlay/${creatorId}?${new URLSearchParams({ token: answer.token })}`
      pickElement(root, '[data-made]').hidden = false
      show(answer.settings)
      address.focus()
      address.select()
      say('The address is made.')
    } catch (error) {
      showProblem(error)
    } finally {
      make.disabled = false
    }
  }

  async function sendTest() {
    test.disabled = true
    problem.hidden = true
    try {
      await callApi('POST', `${path}/test`)
      say('The test alert is sent: an open overlay shows it in a moment.')
    } catch (error) {
      showProblem(error)
    } finally {
      test.disabled = false
    }
  }

  /** @param {unknown} error */
  function showProblem(error) {
    setText(problem, plainMessage(error))
    problem.hidden = false
  }

  function clearErrors() {
    showFieldError(seconds, form.querySelector('[data-error="showSeconds"]'), '')
    for (const input of inputs()) showFieldError(input, input.nextElementSibling, '')
  }

  /** @param {HTMLInputElement} input @param {string} message */
  function mistake(input, message) {
    const note =
      input === seconds ? form.querySelector('[data-error="showSeconds"]') : input.nextElementSibling
    showFieldError(input, note, message)
    input.focus()
  }

  async function save() {
    clearErrors()
    const list = []
    for (const input of inputs()) {
      if (input.value.trim() === '') continue
      const amount = readAmount(input.value, input.name)
      if (amount === null) return mistake(input, `${amountExample(input.name)} Or nothing, for every tip.`)
      list.push(amount)
    }
    const showSeconds = Number(seconds.value)
    if (!Number.isInteger(showSeconds) || showSeconds < 1 || showSeconds > 60)
      return mistake(seconds, 'A whole number from 1 to 60.')
    submit.disabled = true
    try {
      const answer = await callApi('PUT', `${path}/settings`, { body: { minimums: list, showSeconds } })
      asked += 1
      isDirty = false
      show(answer.settings)
      say('The settings are saved. They hold from the next alert on.')
    } catch (error) {
      showSaveProblem(error, list)
    } finally {
      submit.disabled = false
    }
  }

  /**
   * @param {unknown} error
   * @param {readonly { currency: string }[]} list
   */
  function showSaveProblem(error, list) {
    const field = error instanceof ApiError ? (error.field ?? '') : ''
    if (field === 'showSeconds') return mistake(seconds, plainMessage(error))
    const sent = list[Number(/^minimums\.(\d+)/.exec(field)?.[1] ?? -1)]
    const input = inputs().find(({ name }) => name === sent?.currency)
    if (input) return mistake(input, plainMessage(error))
    showProblem(error)
  }

  form.addEventListener('input', () => {
    isDirty = true
    clearErrors()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void save()
  })
  make.addEventListener('click', () => void rotate())
  test.addEventListener('click', () => void sendTest())
  bindCopyButton(pickButton(root, '[data-copy-address]'), () => address.value)

  return {
    /** @param {readonly string[]} currencies */
    setCurrencies(currencies) {
      minimums.replaceChildren(...currencies.map(minimumField))
      show(settings)
    },
    async refresh() {
      asked += 1
      const mine = asked
      const answer = await callApi('GET', `${path}/settings`)
      if (mine === asked) show(answer.settings)
    },
  }
}

/** @param {string} currency */
function minimumField(currency) {
  const input = makeElement('input', '')
  input.id = `minimum-${currency}`
  input.name = currency
  input.inputMode = 'decimal'
  input.autocomplete = 'off'
  input.placeholder = 'Every tip'
  const label = makeElement('label', '', `From, in ${currency}`)
  label.htmlFor = input.id
  label.title = currencyName(currency)
  const note = makeElement('p', 'field-error')
  note.id = `minimum-${currency}-error`
  note.hidden = true
  input.setAttribute('aria-describedby', note.id)
  return makeElement('div', 'field', label, input, note)
}
