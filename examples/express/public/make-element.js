/**
 * An element with text and elements in it. Text stays text, whoever wrote it.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {...(Node | string | null)} children - Null prints nothing.
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function makeElement(tag, className, ...children) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...children.filter((child) => child !== null))
  return element
}

/**
 * A button that does not send the form around it.
 *
 * @param {string} className
 * @param {string} label
 * @param {() => void} onPress
 */
export function makeButton(className, label, onPress) {
  const button = makeElement('button', className, label)
  button.type = 'button'
  button.addEventListener('click', onPress)
  return button
}
