import { callApi } from './api.js'
import { pick, pickButton, pickElement, pickInput } from './elements.js'
import { plainMessage, showFieldError } from './field-error.js'
import { makeButton, makeElement } from './make-element.js'

/** @typedef {{ payerId: string, blockedAt: string }} Blocked */

const dateFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

/**
 * Viewers of whom a creator takes no tips. Tips do not tell who paid, as some are anonymous: an id is typed.
 *
 * @param {HTMLElement} root
 * @param {{ creatorId: string, say: (message: string) => void }} options
 */
export function bindBlockedPanel(root, { creatorId, say }) {
  const path = `/api/tips/creators/${creatorId}/blocked`
  const form = pick(root, 'form', HTMLFormElement)
  const input = pickInput(form, 'input')
  const note = pickElement(form, '.field-error')
  const submit = pickButton(form, '[data-submit]')
  const list = pickElement(root, '[data-list]')
  const none = pickElement(root, '[data-none]')
  const more = pickButton(root, '[data-more]')
  /** @type {readonly Blocked[]} */
  let blocked = []
  /** @type {string | null} */
  let nextCursor = null
  let asked = 0
  let shown = ''

  function render() {
    none.hidden = blocked.length > 0
    more.hidden = nextCursor === null
    const now = JSON.stringify(blocked)
    if (now === shown) return
    shown = now
    list.replaceChildren(...blocked.map(row))
  }

  /** @param {Blocked} one */
  function row({ payerId, blockedAt }) {
    const unblock = makeButton('button', 'Unblock', () => void act(unblock, 'DELETE', payerId))
    unblock.setAttribute('aria-label', `Unblock ${payerId}`)
    const since = `since ${dateFormat.format(new Date(blockedAt))}`
    return makeElement(
      'li',
      'blocked',
      makeElement('span', '', makeElement('strong', '', payerId), makeElement('small', '', since)),
      unblock,
    )
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {'PUT' | 'DELETE'} method
   * @param {string} payerId
   */
  async function act(button, method, payerId) {
    button.disabled = true
    try {
      await callApi(method, `${path}/${encodeURIComponent(payerId)}`)
      if (method === 'PUT') form.reset()
      await refresh()
      input.focus()
      say(method === 'PUT' ? `${payerId} cannot tip you any more.` : `${payerId} can tip you again.`)
    } catch (error) {
      showFieldError(input, note, plainMessage(error))
    } finally {
      button.disabled = false
    }
  }

  /** @param {string | null} cursor */
  async function load(cursor) {
    asked += 1
    const mine = asked
    const page = await callApi('GET', cursor === null ? path : `${path}?${new URLSearchParams({ cursor })}`)
    if (mine !== asked) return
    blocked = cursor === null ? page.items : [...blocked, ...page.items]
    nextCursor = page.nextCursor
    render()
  }

  const refresh = () => load(null)

  more.addEventListener('click', () => {
    load(nextCursor).catch((error) => showFieldError(input, note, plainMessage(error)))
  })
  form.addEventListener('input', () => showFieldError(input, note, ''))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const payerId = input.value.trim()
    if (payerId) return void act(submit, 'PUT', payerId)
    showFieldError(input, note, 'The viewer’s user id, such as vic.')
    input.focus()
  })

  return { refresh }
}
