import { amountExample, currencyName, readAmount } from './amount.js'
import { ApiError, callApi } from './api.js'
import { confirmDialog } from './confirm-dialog.js'
import { pick, pickButton, pickElement, pickInput, setText } from './elements.js'
import { plainMessage, showFieldError } from './field-error.js'
import { countText, moneyText } from './format.js'
import { makeButton, makeElement } from './make-element.js'

/**
 * @typedef {import('./amount.js').MoneyJson} MoneyJson
 * @typedef {{ id: string, title: string, kind: 'single' | 'stepped' | 'resetting', targets: MoneyJson[] }} Goal
 * @typedef {{ total: MoneyJson, current: MoneyJson, target: MoneyJson, level: number, isReached: boolean }} Progress
 */

const mostSteps = 20

/**
 * What a creator collects for: how far it is, and the form that begins another one.
 *
 * @param {HTMLElement} root
 * @param {{ creatorId: string, say: (message: string) => void }} options
 */
export function bindGoalPanel(root, { creatorId, say }) {
  const path = `/api/tips/creators/${creatorId}/goal`
  const form = pick(root, '[data-goal-form]', HTMLFormElement)
  const details = pick(root, 'details', HTMLDetailsElement)
  const title = pickInput(form, '[name="title"]')
  const currency = pick(form, 'select', HTMLSelectElement)
  const targets = pickElement(form, '[data-targets]')
  const addStep = pickButton(form, '[data-add-step]')
  const formError = pickElement(form, '[data-form-error]')
  const submit = pickButton(form, '[data-submit]')
  const end = pickButton(root, '[data-goal-end]')
  let asked = 0
  /** @type {Goal | null} */
  let goal = null

  const kindOf = () => /** @type {Goal['kind']} */ (String(new FormData(form).get('kind')))
  const inputs = () => [...targets.querySelectorAll('input')]

  /** @param {{ goal: Goal | null, progress?: Progress }} answer */
  function render({ goal: next, progress }) {
    goal = next
    pickElement(root, '[data-goal-now]').hidden = next === null
    pickElement(root, '[data-goal-none]').hidden = next !== null
    setText(pickElement(root, '[data-goal-summary]'), next ? 'Begin another goal' : 'Set a goal')
    setText(submit, next ? 'Replace the goal…' : 'Set the goal')
    if (next === null || !progress) return
    const [current, target] = [BigInt(progress.current.amount), BigInt(progress.target.amount)]
    const percent = current >= target ? 100 : Number((current * 100n) / target)
    setText(pickElement(root, '[data-goal-title]'), next.title)
    pick(root, 'progress', HTMLProgressElement).value = percent
    setText(pickElement(root, '[data-goal-current]'), moneyText(progress.current))
    setText(pickElement(root, '[data-goal-target]'), `of ${moneyText(progress.target)}`)
    setText(pickElement(root, '[data-goal-note]'), noteOf(next, progress))
  }

  function renderTargets() {
    const isStepped = kindOf() === 'stepped'
    const count = isStepped ? Math.max(2, inputs().length) : 1
    while (inputs().length > count) targets.lastElementChild?.remove()
    while (inputs().length < count) targets.append(targetField())
    label()
    addStep.hidden = !isStepped || count >= mostSteps
  }

  function targetField() {
    const input = makeElement('input', '')
    input.inputMode = 'decimal'
    input.autocomplete = 'off'
    const note = makeElement('p', 'field-error')
    note.hidden = true
    const row = makeElement(
      'div',
      'field target',
      makeElement('label', ''),
      makeElement('div', 'copy-row', input),
      note,
    )
    return row
  }

  /** Numbers the steps, and lets those be taken away that are too many. */
  function label() {
    const rows = [...targets.children]
    const kind = kindOf()
    rows.forEach((row, index) => {
      const input = pickInput(row, 'input')
      const note = pickElement(row, '.field-error')
      input.id = `goal-target-${index}`
      note.id = `goal-target-${index}-error`
      input.setAttribute('aria-describedby', note.id)
      const text = { single: 'Target', stepped: `Step ${index + 1}`, resetting: 'Each round' }[kind]
      const tag = pick(row, 'label', HTMLLabelElement)
      tag.htmlFor = input.id
      setText(tag, text)
      row.querySelector('button')?.remove()
      if (rows.length <= 2 || kind !== 'stepped') return
      const remove = makeButton('button', 'Remove', () => {
        row.remove()
        renderTargets()
        inputs()
          .at(Math.min(index, inputs().length - 1))
          ?.focus()
      })
      remove.setAttribute('aria-label', `Remove step ${index + 1}`)
      pickElement(row, '.copy-row').append(remove)
    })
  }

  /** @param {number} index @param {string} message */
  function targetError(index, message) {
    const input = inputs()[index]
    if (!input) return false
    showFieldError(input, form.querySelector(`#goal-target-${index}-error`), message)
    if (message) input.focus()
    return true
  }

  /** The targets, null when one of them is no amount or not above the one before. */
  function readTargets() {
    const amounts = inputs().map((input) => readAmount(input.value, currency.value))
    for (const [index, amount] of amounts.entries()) {
      const before = amounts[index - 1]
      if (amount === null) targetError(index, amountExample(currency.value))
      else if (before && BigInt(before.amount) >= BigInt(amount.amount))
        targetError(index, 'Each step is above the one before.')
      else continue
      return null
    }
    return amounts
  }

  function clearErrors() {
    formError.hidden = true
    titleError('')
    for (const index of inputs().keys()) targetError(index, '')
  }

  /** @param {string} message */
  function titleError(message) {
    showFieldError(title, form.querySelector('[data-error="title"]'), message)
    if (message) title.focus()
  }

  async function set() {
    clearErrors()
    if (title.value.trim() === '') return titleError('Say what it is for.')
    const amounts = readTargets()
    if (amounts === null) return
    const isSure =
      goal === null ||
      (await confirmDialog({
        title: 'Replace the goal?',
        text: `“${goal.title}” ends, and the new one begins at zero. Tips that came in stay yours.`,
        confirm: 'Replace the goal',
      }))
    if (!isSure) return
    submit.disabled = true
    try {
      const body = { title: title.value.trim(), kind: kindOf(), targets: amounts }
      asked += 1
      render(await callApi('PUT', path, { body }))
      form.reset()
      targets.replaceChildren()
      renderTargets()
      details.open = false
      say('The goal is set.')
    } catch (error) {
      showFailure(error)
    } finally {
      submit.disabled = false
    }
  }

  /** @param {unknown} error */
  function showFailure(error) {
    const field = error instanceof ApiError ? (error.field ?? '') : ''
    const message = plainMessage(error)
    if (field === 'title') return titleError(message)
    if (targetError(Number(/^targets\.(\d+)/.exec(field)?.[1] ?? -1), message)) return
    setText(formError, message)
    formError.hidden = false
  }

  async function endGoal() {
    const isSure = await confirmDialog({
      title: 'End the goal?',
      text: 'Viewers no longer see it. What was tipped stays yours.',
      confirm: 'End the goal',
    })
    if (!isSure) return
    end.disabled = true
    try {
      await callApi('DELETE', path)
      asked += 1
      render({ goal: null })
      say('The goal has ended.')
    } catch (error) {
      showFailure(error)
      details.open = true
    } finally {
      end.disabled = false
    }
  }

  form.addEventListener('input', clearErrors)
  form.addEventListener('change', renderTargets)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void set()
  })
  addStep.addEventListener('click', () => {
    targets.append(targetField())
    renderTargets()
    inputs().at(-1)?.focus()
  })
  end.addEventListener('click', () => void endGoal())
  renderTargets()

  return {
    /** @param {readonly string[]} currencies */
    setCurrencies(currencies) {
      currency.replaceChildren(...currencies.map((code) => new Option(currencyName(code), code)))
    },
    async refresh() {
      asked += 1
      const mine = asked
      const answer = await callApi('GET', path)
      if (mine === asked) render(answer)
    },
  }
}

/**
 * @param {Goal} goal
 * @param {Progress} progress
 */
function noteOf({ kind, targets }, { level, isReached, total }) {
  if (kind === 'resetting') {
    const times = level === 0 ? 'Not reached yet' : `Reached ${countText(level, 'time')}`
    return `${times}, ${moneyText(total)} in all. It begins again each time.`
  }
  if (isReached) return kind === 'stepped' ? 'Reached, with all of its steps.' : 'Reached.'
  return kind === 'stepped' ? `Step ${level + 1} of ${targets.length}.` : 'It ends when it is reached.'
}
