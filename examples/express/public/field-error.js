import { ApiError } from './api.js'
import { setText } from './elements.js'

/**
 * Says at a field what is wrong with it; an empty message takes it back.
 *
 * @param {HTMLElement} input
 * @param {Element | null} note - Where the field's `aria-describedby` points to.
 * @param {string} message
 */
export function showFieldError(input, note, message) {
  if (message) input.setAttribute('aria-invalid', 'true')
  else input.removeAttribute('aria-invalid')
  if (!(note instanceof HTMLElement)) return
  note.hidden = message === ''
  setText(note, message)
}

/**
 * What went wrong, for people: without the name that the API has for the field.
 *
 * @param {unknown} error
 */
export function plainMessage(error) {
  const message = error instanceof Error ? error.message : String(error)
  const field = error instanceof ApiError ? error.field : undefined
  if (field === undefined || !message.startsWith(`${field}: `)) return message
  const rest = message.slice(field.length + 2)
  return `${rest.slice(0, 1).toUpperCase()}${rest.slice(1)}`
}
