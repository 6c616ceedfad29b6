import { callApi } from './api.js'
import { confirmDialog } from './confirm-dialog.js'
import { pick, pickButton, pickElement, pickInput } from './elements.js'
import { plainMessage, showFieldError } from './field-error.js'
import { makeButton, makeElement } from './make-element.js'
import { payerOf } from './tip-words.js'

/**
 * Who was blocked by a tip is known by that alone: `payerId` is null, and `name` too when the tip was anonymous.
 *
 * @typedef {{ id: string, payerId: string | null, name: string | null, isAnonymous: boolean, blockedAt: string }} Blocked
 */

const dateFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

/** @param {Pick<Blocked, 'payerId' | 'name' | 'isAnonymous'>} one */
const nameOf = ({ payerId, name, isAnonymous }) => payerId ?? name ?? (isAnonymous ? 'Anonymous' : 'Somebody')

/**
 * Viewers of whom a creator takes no tips: blocked by a tip of theirs, or by an id that is typed.
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
  function row(one) {
    const name = nameOf(one)
    const { id, payerId, blockedAt } = one
    const done = payerId === null ? `${name} is off the list.` : `${name} can tip you again.`
    const unblock = makeButton('button', 'Unblock', () => void act(unblock, 'DELETE', id, done))
    unblock.setAttribute('aria-label', `Unblock ${name}`)
    const since = `since ${dateFormat.format(new Date(blockedAt))}`
    return makeElement(
      'li',
      'blocked',
      makeElement('span', '', makeElement('strong', '', name), makeElement('small', '', since)),
      unblock,
    )
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {'PUT' | 'DELETE'} method
   * @param {string} id
   * @param {string} done - What is said afterwards.
   */
  async function act(button, method, id, done) {
    button.disabled = true
    try {
      await callApi(method, `${path}/${encodeURIComponent(id)}`)
      if (method === 'PUT') form.reset()
      await refresh()
      input.focus()
      say(done)
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
    if (payerId) return void act(submit, 'PUT', payerId, `${payerId} cannot tip you any more.`)
    showFieldError(input, note, 'The viewer’s user id, such as vic.')
    input.focus()
  })

  return {
    refresh,
    /**
     * Asks whether to block who gave a tip, and does it.
     *
     * @param {import('./tip-words.js').Tip} tip
     */
    async blockByTip(tip) {
      const { isAnonymous } = tip
      const name = payerOf(tip)
      const isMeant = await confirmDialog({
        title: isAnonymous ? 'Block who gave this tip?' : `Block ${name}?`,
        text: `${isAnonymous ? 'You do not learn who it was. ' : ''}A blocked viewer cannot tip you. Tips that you have stay.`,
        confirm: 'Block',
        cancel: 'Cancel',
      })
      if (!isMeant) return
      try {
        await callApi('POST', path, { body: { tipId: tip.id } })
        await refresh()
        say(isAnonymous ? 'Who gave this tip cannot tip you any more.' : `${name} cannot tip you any more.`)
      } catch (error) {
        say(plainMessage(error))
      }
    },
  }
}
