import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { problems } from './support/accessibility.ts'
import { callApi } from './support/api.ts'
import { launchBrowser } from './support/browser.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

let platform: RunningPlatform
let browser: Browser

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
      expect(await problems(page), `${colorScheme} ${width}`).toEqual([])
      // What the open switcher lies over is not judged with it.
      await page.locator('.person-switcher summary').click()
      expect(await problems(page, '.site-header'), `${colorScheme} ${width}, switcher`).toEqual([])
      await context.close()
    }
  }
})
