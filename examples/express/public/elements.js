/**
 * The one element that matches; a page without it is a mistake of ours and says so.
 *
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function pick(root, selector, kind) {
  const element = root.querySelector(selector)
  if (element instanceof kind) return element
  throw new Error(`This page has no ${kind.name} ${selector}.`)
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
export const pickElement = (root, selector) => pick(root, selector, HTMLElement)

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
export const pickButton = (root, selector) => pick(root, selector, HTMLButtonElement)

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
export const pickInput = (root, selector) => pick(root, selector, HTMLInputElement)

/**
 * Shows each `data-when` part that names the status, hides the others.
 *
 * @param {ParentNode} root
 * @param {string} status
 */
export function showWhen(root, status) {
  for (const element of root.querySelectorAll('[data-when]')) {
    if (element instanceof HTMLElement) element.hidden = !element.dataset.when?.split(' ').includes(status)
  }
}

/**
 * Sets a text only when it differs, so that screen readers are not told twice.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}
