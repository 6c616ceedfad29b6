import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser } from './support/browser.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

let platform: RunningPlatform
let browser: Browser
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
  await callApi(platform.url, 'noa', 'POST', '/streams', {
    title: 'For guests',
    access: { audience: 'invited' },
  })
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

const views: readonly [string, string | null, (page: Page) => Promise<void>][] = [
  ['live now', null, (page) => page.getByRole('link', { name: 'For guests' }).waitFor()],
  ['studio', null, (page) => page.getByRole('heading', { name: 'Sign in to go live' }).waitFor()],
  ['studio', 'ava', (page) => page.getByText('Broadcast (Amazon IVS)').first().waitFor()],
  ['studio', 'noa', (page) => page.getByRole('heading', { name: 'Waiting for your encoder' }).waitFor()],
  ['watch', 'noa', (page) => page.getByRole('heading', { name: 'Noa is about to go live' }).waitFor()],
  ['watch', 'vic', (page) => page.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()],
  ['nothing', null, (page) => page.getByRole('heading', { name: 'This page does not exist' }).waitFor()],
]

test.each(views)('%s as %s fits a phone and passes axe, light and dark', async (view, person, isReady) => {
  const { body } = await callApi(platform.url, null, 'GET', '/streams')
  const path = { 'live now': '/', watch: `/watch/${body.items[0].id}` }[view] ?? `/${view}`
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height: 800 },
        bypassCSP: true,
      })
      if (person) await context.addCookies([{ name: 'stagedoor_person', value: person, url: platform.url }])
      const page = await context.newPage()
      await page.goto(platform.url + path)
      await isReady(page)
      await page.locator('.person-switcher summary').click()
      await page.addScriptTag({ path: axe })
      expect(await problems(page), `${colorScheme} ${width}`).toEqual([])
      await context.close()
    }
  }
})

/** What axe finds, what overflows, and what is too small for a thumb. */
function problems(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found: string[] = []
    // @ts-expect-error axe-core was added to the page as a script
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    for (const { id, nodes } of violations) found.push(`${id}: ${nodes[0].html}`)
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) found.push(`${scrollWidth - clientWidth} px too wide`)
    const targets = 'button, a.button, summary, nav a, input:not([type="checkbox"], [type="radio"])'
    for (const target of document.querySelectorAll<HTMLElement>(targets)) {
      const isShown = target.offsetParent !== null
      if (isShown && (target.offsetHeight < 44 || target.offsetWidth < 44))
        found.push(`small: ${target.outerHTML}`)
    }
    return found
  })
}
