import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds in a part of a page, what overflows, and what is too small for a thumb. Needs `bypassCSP`. */
export async function problems(page: Page, part = 'html'): Promise<string[]> {
  await page.addScriptTag({ path: axe })
  return page.evaluate(async (part) => {
    const found: string[] = []
    // @ts-expect-error axe-core was added to the page as a script
    const { violations } = await axe.run(part, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    for (const { id, nodes } of violations) found.push(`${id}: ${nodes[0].html}`)
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) found.push(`${scrollWidth - clientWidth} px too wide`)
    const targets = 'button, a.button, summary, nav a, select, input:not([type="checkbox"], [type="radio"])'
    for (const target of document.querySelectorAll<HTMLElement>(targets)) {
      const isShown = target.offsetParent !== null
      if (isShown && (target.offsetHeight < 44 || target.offsetWidth < 44))
        found.push(`small: ${target.outerHTML}`)
    }
    return found
  }, part)
}
