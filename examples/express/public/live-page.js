import { pickElement } from './elements.js'

const cards = pickElement(document, '[data-cards]')
const offline = pickElement(document, '[data-offline]')
const updateSeconds = 4
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

async function update() {
  clearTimeout(timer)
  if (document.visibilityState === 'visible') {
    try {
      const response = await fetch('/fragments/live', { signal: AbortSignal.timeout(10_000) })
      if (!response.ok) throw new Error(`The server answered ${response.status}.`)
      replaceCards(await response.text())
      offline.hidden = true
    } catch {
      offline.hidden = false
    }
  }
  clearTimeout(timer)
  timer = setTimeout(update, updateSeconds * 1000)
}

let shown = ''

/** @param {string} markup - Made and escaped by the server's own template. */
function replaceCards(markup) {
  if (markup === shown) return
  shown = markup
  const focusedLink = document.activeElement?.getAttribute('href')
  cards.innerHTML = markup
  for (const link of cards.querySelectorAll('a')) {
    if (focusedLink && link.getAttribute('href') === focusedLink) link.focus()
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void update()
})
timer = setTimeout(update, updateSeconds * 1000)
