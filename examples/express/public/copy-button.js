import { setText } from './elements.js'

/**
 * A button that copies, and says whether it worked.
 *
 * @param {HTMLButtonElement} button
 * @param {() => string | Promise<string>} read - Asked at the press, so that a secret need not be on the page.
 */
export function bindCopyButton(button, read) {
  const label = button.textContent ?? 'Copy'
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  button.addEventListener('click', async () => {
    clearTimeout(timer)
    const isCopied = await copy(await read())
    setText(button, isCopied ? 'Copied' : 'Press Ctrl+C')
    button.dataset.state = isCopied ? 'done' : 'failed'
    timer = setTimeout(() => {
      setText(button, label)
      delete button.dataset.state
    }, 2000)
  })
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/**
 * For pages that came over plain HTTP from another machine: the clipboard API is closed there.
 *
 * @param {string} text
 */
function copyBySelection(text) {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'visually-hidden'
  document.body.append(area)
  area.select()
  const isCopied = document.execCommand('copy')
  area.remove()
  return isCopied
}
