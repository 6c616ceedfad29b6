/** The header's person switcher closes on Escape and on a press outside. */
const switcher = document.querySelector('.person-switcher')

if (switcher instanceof HTMLDetailsElement) {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Node && !switcher.contains(event.target)) switcher.open = false
  })
  switcher.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    switcher.open = false
    switcher.querySelector('summary')?.focus()
  })
}
