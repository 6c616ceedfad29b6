import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser, signedIn, waitUntilPlaying } from './support/browser.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'
import { waitFor } from './support/wait-for.ts'

let platform: RunningPlatform
let browser: Browser
let streamId: string

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
  const { body } = await callApi(platform.url, 'ava', 'POST', '/streams', { title: 'Playback' })
  streamId = body.stream.id
  await callApi(platform.url, 'ava', 'POST', `/demo/streams/${streamId}/test-source`)
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

test('a token is renewed before it ends without a visible break, and a refusal stops the show', async () => {
  const page = await (await signedIn(browser, platform.url, 'vic')).newPage()
  let asked = 0
  let isRefused = false
  await page.route('**/playback', async (route) => {
    asked += 1
    const denial = { reason: 'banned', offers: [] }
    if (isRefused) return route.fulfill({ status: 403, json: { error: { code: 'forbidden' }, denial } })
    const response = await route.fetch()
    const expiresAt = new Date(Date.now() + 4000).toISOString()
    await route.fulfill({ response, json: { ...(await response.json()), expiresAt } })
  })
  await page.goto(`${platform.url}/watch/${streamId}`)
  await waitUntilPlaying(page, 'the watch page')
  const breaks = await countBreaks(page)
  const askedBefore = asked
  await waitFor(() => asked >= askedBefore + 3, 'three renewals')
  await waitUntilPlaying(page, 'the watch page, after renewals,')
  expect(await breaks()).toBe(0)
  isRefused = true
  await page.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()
  expect(await page.evaluate(() => document.querySelector('video')?.readyState)).toBe(0)
})

test('a video server that is away for a while is said, and the show goes on by itself', async () => {
  const page = await (await signedIn(browser, platform.url, null)).newPage()
  await page.goto(`${platform.url}/watch/${streamId}`)
  await waitUntilPlaying(page, 'the watch page')
  await page.evaluate(() => Object.assign(window, { wasNeverReloaded: true }))
  await page.route(`${platform.ivsUrl}/**`, (route) => route.abort())
  await page.getByRole('heading', { name: 'Getting the video back' }).waitFor()
  await page.unroute(`${platform.ivsUrl}/**`)
  await waitUntilPlaying(page, 'the watch page, with the video server back,')
  expect(await page.evaluate(() => 'wasNeverReloaded' in window)).toBe(true)
})

test('the player is worked by keys, and its sound is off until asked for', async () => {
  const page = await (await signedIn(browser, platform.url, null)).newPage()
  await page.goto(`${platform.url}/watch/${streamId}`)
  await waitUntilPlaying(page, 'the watch page')
  const video = () =>
    page.evaluate(() => {
      const element = document.querySelector('video')
      return { isMuted: element?.muted, isPaused: element?.paused }
    })
  expect(await video()).toEqual({ isMuted: true, isPaused: false })
  await page.locator('[data-player]').focus()
  await page.keyboard.press('k')
  expect(await video()).toEqual({ isMuted: true, isPaused: true })
  await page.getByRole('button', { name: 'Play' }).press('Enter')
  await waitUntilPlaying(page, 'the watch page, after a pause,')
  await page.getByRole('button', { name: 'Tap for sound' }).click()
  await waitFor(async () => (await video()).isMuted === false, 'the sound')
  await page.locator('[data-player]').focus()
  await page.keyboard.press('m')
  expect((await video()).isMuted).toBe(true)
})

/** How often something lay over the picture since. */
async function countBreaks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const player = document.querySelector('[data-player]')
    if (!player) return
    const observer = new MutationObserver(() => {
      if (player.getAttribute('data-screen') === 'none') return
      document.body.dataset.breaks = String(Number(document.body.dataset.breaks ?? 0) + 1)
    })
    observer.observe(player, { attributeFilter: ['data-screen'] })
  })
  return () => page.evaluate(() => Number(document.body.dataset.breaks ?? 0))
}
