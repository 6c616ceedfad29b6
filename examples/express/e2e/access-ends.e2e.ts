import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser, setHidden, signedIn, waitUntilPlaying, waitUntilStopped } from './support/browser.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

let platform: RunningPlatform
let browser: Browser
let streamId: string

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
  const { body } = await callApi(platform.url, 'ava', 'POST', '/streams', { title: 'With a door' })
  streamId = body.stream.id
  await callApi(platform.url, 'ava', 'POST', `/demo/streams/${streamId}/test-source`)
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

test('a removed viewer’s video stops within 5 s, and goes on without a reload once they may come back', async () => {
  const [vic, sam] = [await watch('vic'), await watch('sam')]
  await vic.evaluate(() => Object.assign(window, { wasNeverReloaded: true }))
  expect(await door('DELETE', 'vic')).toBe(204)
  await waitUntilStopped(vic, 'the video of the removed viewer', 5)
  await vic.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()
  await waitUntilPlaying(sam, 'the watch page of somebody else')

  await setHidden(vic, true)
  expect(await door('PUT', 'vic')).toBe(204)
  await setHidden(vic, false)
  await waitUntilPlaying(vic, 'the watch page, with the viewer let in again,')
  expect(await vic.evaluate(() => 'wasNeverReloaded' in window)).toBe(true)
})

test('a page that hears no events is stopped by the video server within 5 s', async () => {
  const page = await (await signedIn(browser, platform.url, 'sam')).newPage()
  await page.route('**/events', (route) => route.abort())
  await page.goto(`${platform.url}/watch/${streamId}`)
  await waitUntilPlaying(page, 'the watch page without events')
  expect(await door('DELETE', 'sam')).toBe(204)
  await waitUntilStopped(page, 'the video of the removed viewer', 5)
  await page.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()
})

test('a tab that was hidden when its viewer was removed says so when it comes back', async () => {
  const page = await watch('noa')
  await page.route(`${platform.ivsUrl}/**`, () => {})
  await setHidden(page, true)
  expect(await door('DELETE', 'noa')).toBe(204)
  await setHidden(page, false)
  await page.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()
  await waitUntilStopped(page, 'the video of the removed viewer', 5)
})

test('before the show a removed viewer learns at once that they will not get in', async () => {
  const { body } = await callApi(platform.url, 'noa', 'POST', '/streams', { title: 'Later' })
  const page = await (await signedIn(browser, platform.url, 'vic')).newPage()
  const [asked, listening] = [page.waitForResponse('**/playback'), page.waitForResponse('**/events')]
  await page.goto(`${platform.url}/watch/${body.stream.id}`)
  expect([(await asked).status(), (await listening).status()]).toEqual([200, 200])
  await page.getByRole('heading', { name: 'Noa is about to go live' }).waitFor()
  await callApi(platform.url, 'noa', 'DELETE', `/streams/${body.stream.id}/viewers/vic`)
  await page.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()
})

async function watch(person: string): Promise<Page> {
  const page = await (await signedIn(browser, platform.url, person)).newPage()
  await page.goto(`${platform.url}/watch/${streamId}`)
  await waitUntilPlaying(page, `the watch page of ${person}`)
  return page
}

/** Throws a viewer out of the show, or lets them in again. */
async function door(method: 'DELETE' | 'PUT', person: string): Promise<number> {
  return (await callApi(platform.url, 'ava', method, `/streams/${streamId}/viewers/${person}`)).status
}
