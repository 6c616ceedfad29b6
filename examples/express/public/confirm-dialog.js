/**
 * Asks before something that cannot be taken back.
 *
 * @param {{ title: string, text: string, confirm: string, cancel?: string }} question
 * @returns {Promise<boolean>}
 */
export function confirmDialog({ title, text, confirm, cancel = 'Keep as it is' }) {
  const dialog = document.createElement('dialog')
  dialog.setAttribute('aria-labelledby', 'dialog-title')
  const heading = document.createElement('h2')
  heading.id = 'dialog-title'
  heading.textContent = title
  const paragraph = document.createElement('p')
  paragraph.textContent = text
  const form = document.createElement('form')
  form.method = 'dialog'
  form.className = 'actions'
  form.append(dialogButton(cancel, 'no', 'button'), dialogButton(confirm, 'yes', 'button danger'))
  dialog.append(heading, paragraph, form)
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
  })
}

/**
 * @param {string} label
 * @param {string} value
 * @param {string} className
 */
function dialogButton(label, value, className) {
  const button = document.createElement('button')
  button.textContent = label
  button.value = value
  button.className = className
  return button
}
