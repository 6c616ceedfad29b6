import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser, signedIn, waitUntilPlaying, waitUntilStopped } from './support/browser.ts'
import { leaveAndComeBack, openWatch, startCamera } from './support/camera.ts'
import { findLivekitServer } from './support/livekit.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

let platform: RunningPlatform
let browser: Browser

beforeAll(async () => {
  platform = await startPlatform({ LIVEKIT_SERVER: findLivekitServer() })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

test('a creator goes live from the browser, viewers watch, the creator leaves, comes back and ends', async () => {
  const studio = await (await signedIn(browser, platform.url, 'noa')).newPage()
  const link = await goLive(studio, 'From my room')
  const viewer = await openWatch(browser, link, 'vic')
  await viewer.getByRole('heading', { name: 'Noa is about to go live' }).waitFor()

  await startCamera(studio)
  await viewer.locator('[data-watch][data-status="live"]').waitFor()
  await waitUntilPlaying(viewer, 'the watch page')
  const second = await openWatch(browser, link, null)
  await waitUntilPlaying(second, 'the second watch page')
  await viewer.locator('[data-viewers]', { hasText: '2 watching' }).waitFor()
  await second.close()
  await viewer.locator('[data-viewers]', { hasText: '1 watching' }).waitFor()

  await leaveAndComeBack(studio, viewer)
  await waitUntilPlaying(viewer, 'the watch page, after the creator came back,')

  await studio.getByRole('button', { name: 'End stream' }).click()
  await studio.locator('dialog').getByRole('button', { name: 'End stream' }).click()
  await studio.getByRole('heading', { name: 'The stream has ended' }).waitFor()
  await viewer.getByRole('heading', { name: 'The stream has ended' }).waitFor()
})

test('a viewer whom the creator removes is out at once and does not get in again', async () => {
  const studio = await (await signedIn(browser, platform.url, 'noa')).newPage()
  const link = await goLive(studio, 'Without Vic')
  await startCamera(studio)
  const vic = await openWatch(browser, link, 'vic')
  await waitUntilPlaying(vic, 'the watch page')
  const id = link.split('/').at(-1)
  const removed = await callApi(platform.url, 'noa', 'DELETE', `/streams/${id}/viewers/vic`)
  expect(removed.status).toBe(204)
  await waitUntilStopped(vic, 'the video of the removed viewer', 5)
  await vic.getByRole('heading', { name: /invitation|not watch/ }).waitFor()
  await vic.reload()
  await vic.getByRole('heading', { name: /invitation|not watch/ }).waitFor()
  const sam = await openWatch(browser, link, 'sam')
  await waitUntilPlaying(sam, 'the watch page of somebody else')
})

test('the studio shows what the stream has cost, and tells when the budget is nearly spent', async () => {
  const studio = await (await signedIn(browser, platform.url, 'ava')).newPage()
  const link = await goLive(studio, 'On a budget', '0.01')
  const id = link.split('/').at(-1)
  await startCamera(studio)
  for (const person of ['vic', 'sam', null]) {
    await waitUntilPlaying(await openWatch(browser, link, person), `the watch page of ${person}`)
  }
  const panel = studio.locator('[data-cost-panel]')
  await panel.getByText(/of \$0\.01/).waitFor()
  await panel.getByText('Your budget is spent.').waitFor({ timeout: 90_000 })
  const told = await callApi(platform.url, 'ava', 'GET', `/streams/${id}/status`)
  expect(told.body.budget).toEqual({ amount: '1', currency: 'USD' })
  expect(Number(told.body.cost.total.amount)).toBeGreaterThanOrEqual(1)
  expect((await callApi(platform.url, 'vic', 'GET', `/streams/${id}/status`)).body).not.toHaveProperty('cost')
  await studio.getByRole('button', { name: 'End stream' }).click()
  await studio.locator('dialog').getByRole('button', { name: 'End stream' }).click()
  await studio.locator('[data-summary-cost]', { hasText: /^\$0\.0[1-9]$/ }).waitFor()
}, 150_000)

async function goLive(page: Page, title: string, budget = ''): Promise<string> {
  await page.goto(`${platform.url}/studio`)
  await page.getByLabel('Title').fill(title)
  await page.getByLabel(/Budget/).fill(budget)
  await page.getByRole('radio', { name: '1080p' }).check()
  await page.getByRole('radio', { name: 'Browser' }).check()
  await page.getByRole('button', { name: 'Prepare the stage' }).click()
  await page.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  expect(await page.locator('[data-encoder]').isVisible()).toBe(false)
  return page.getByLabel('Link for your viewers', { exact: true }).inputValue()
}
