import { amountExample, readAmount, typedAmount } from './amount.js'
import { ApiError, callApi } from './api.js'
import { pick, pickButton, pickElement, setText } from './elements.js'
import { plainMessage, showFieldError } from './field-error.js'
import { moneyText } from './format.js'
import { makeButton, makeElement } from './make-element.js'

/**
 * @typedef {import('./amount.js').MoneyJson} MoneyJson
 * @typedef {{ id: string, title: string, price: MoneyJson }} MenuItem
 * @typedef {{ currency: string, minimum: string, maximum: string }} Range - What a tip may be, in minor units.
 * @typedef {{ id: string | undefined, row: HTMLElement, title: HTMLInputElement, price: HTMLInputElement,
 *   currency: HTMLSelectElement, note: HTMLElement }} Row
 */

const mostItems = 50

/**
 * What a creator does for a tip, edited as a list and saved as a whole.
 *
 * @param {HTMLElement} root
 * @param {{ creatorId: string, say: (message: string) => void, onItems: () => void }} options
 */
export function bindMenuPanel(root, { creatorId, say, onItems }) {
  const path = `/api/tips/creators/${creatorId}/menu`
  const form = pick(root, 'form', HTMLFormElement)
  const list = pickElement(form, '[data-items]')
  const none = pickElement(form, '[data-none]')
  const add = pickButton(form, '[data-add]')
  const submit = pickButton(form, '[data-submit]')
  const formError = pickElement(form, '[data-form-error]')
  /** @type {readonly Range[]} */
  let ranges = []
  /** @type {readonly MenuItem[]} */
  let items = []
  /** @type {Row[]} */
  let rows = []
  let isDirty = false
  let asked = 0

  /** @param {readonly MenuItem[]} next */
  function show(next) {
    const isSame = rows.length > 0 && JSON.stringify(next) === JSON.stringify(items)
    items = next
    onItems()
    if (isSame && !isDirty) return
    setDirty(false)
    rows = next.map(rowOf)
    render()
  }

  function render() {
    list.replaceChildren(...rows.map(({ row }) => row))
    rows.forEach(({ row, title, price, currency, note }, index) => {
      const name = `Item ${index + 1}`
      note.id = `menu-${index}-error`
      title.setAttribute('aria-label', `${name}, what you do`)
      price.setAttribute('aria-label', `${name}, price`)
      currency.setAttribute('aria-label', `${name}, currency`)
      pickButton(row, 'button').setAttribute('aria-label', `Remove item ${index + 1}`)
      for (const field of [title, price, currency]) field.setAttribute('aria-describedby', note.id)
    })
    none.hidden = rows.length > 0
    add.hidden = rows.length >= mostItems
  }

  /** @param {MenuItem} [item] */
  function rowOf(item) {
    const title = makeElement('input', '')
    title.maxLength = 100
    title.placeholder = 'What you do'
    title.autocomplete = 'off'
    title.value = item?.title ?? ''
    const price = makeElement('input', '')
    price.inputMode = 'decimal'
    price.placeholder = 'Price'
    price.autocomplete = 'off'
    price.value = item ? typedAmount(item.price) : ''
    const currency = makeElement('select', '', ...ranges.map((range) => new Option(range.currency)))
    if (item) currency.value = item.price.currency
    const note = makeElement('p', 'field-error')
    note.hidden = true
    const remove = makeButton('button', 'Remove', () => {
      const index = rows.indexOf(made)
      rows = rows.filter((one) => one !== made)
      setDirty(true)
      render()
      const next = rows[Math.min(index, rows.length - 1)]?.title ?? add
      next.focus()
    })
    const row = makeElement(
      'li',
      'menu-item',
      title,
      makeElement('div', 'menu-price', price, currency, remove),
      note,
    )
    /** @type {Row} */
    const made = { id: item?.id, row, title, price, currency, note }
    return made
  }

  /** @param {boolean} isNow */
  function setDirty(isNow) {
    isDirty = isNow
    submit.hidden = !isNow
  }

  /** @param {Row} row */
  function mistakeIn({ title, price, currency }) {
    if (title.value.trim() === '') return { field: title, message: 'Say what you do for it.' }
    const money = readAmount(price.value, currency.value)
    if (money === null) return { field: price, message: amountExample(currency.value) }
    const range = ranges.find((one) => one.currency === currency.value)
    if (!range) return null
    const isWithin =
      BigInt(money.amount) >= BigInt(range.minimum) && BigInt(money.amount) <= BigInt(range.maximum)
    const [least, most] = [range.minimum, range.maximum].map((amount) => moneyText({ ...money, amount }))
    return isWithin ? null : { field: price, message: `A tip is from ${least} to ${most}.` }
  }

  function clearErrors() {
    formError.hidden = true
    for (const { title, price, note } of rows) {
      showFieldError(title, note, '')
      showFieldError(price, note, '')
    }
  }

  async function save() {
    clearErrors()
    for (const row of rows) {
      const mistake = mistakeIn(row)
      if (!mistake) continue
      showFieldError(mistake.field, row.note, mistake.message)
      mistake.field.focus()
      return
    }
    submit.disabled = true
    try {
      const body = {
        items: rows.map(({ id, title, price, currency }) => ({
          ...(id === undefined ? {} : { id }),
          title: title.value.trim(),
          price: readAmount(price.value, currency.value),
        })),
      }
      asked += 1
      const answer = await callApi('PUT', path, { body })
      asked += 1
      isDirty = true
      show(answer.items)
      say('The menu is saved.')
      add.focus()
    } catch (error) {
      showFailure(error)
    } finally {
      submit.disabled = false
    }
  }

  /** @param {unknown} error */
  function showFailure(error) {
    const [, index = '-1', name = ''] =
      /^items\.(\d+)(?:\.(\w+))?/.exec((error instanceof ApiError && error.field) || '') ?? []
    const row = rows[Number(index)]
    if (row) {
      const field = name === 'title' ? row.title : row.price
      showFieldError(field, row.note, plainMessage(error))
      field.focus()
      return
    }
    setText(formError, plainMessage(error))
    formError.hidden = false
  }

  form.addEventListener('input', () => {
    clearErrors()
    setDirty(true)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void save()
  })
  add.addEventListener('click', () => {
    const row = rowOf()
    rows = [...rows, row]
    setDirty(true)
    render()
    row.title.focus()
  })

  return {
    /** @param {readonly Range[]} next */
    setRanges(next) {
      ranges = next
    },
    /** @param {string} itemId */
    titleOf: (itemId) => items.find(({ id }) => id === itemId)?.title ?? null,
    /** What is being edited is left alone. */
    async refresh() {
      asked += 1
      const mine = asked
      const answer = await callApi('GET', path)
      if (mine === asked && !isDirty) show(answer.items)
    },
  }
}
