import { IvsClient, ListChannelsCommand } from '@aws-sdk/client-ivs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, signedIn, waitUntilPlaying } from './support/browser.ts'
import { type Encoder, startEncoder } from './support/encoder.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'
import { waitFor } from './support/wait-for.ts'

let platform: RunningPlatform
let browser: Browser
const encoders: Encoder[] = []

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
})

afterAll(async () => {
  for (const encoder of encoders) await encoder.kill()
  await browser?.close()
  await platform?.close()
})

test('a stream runs from the encoder to the browser, survives a lost encoder, and ends clean', async () => {
  const ava = await (await signedIn(browser, platform.url, 'ava')).newPage()
  const { link, server, streamKey } = await goLive(ava)
  await ava.goto('about:blank')

  const viewer = await openWatch(link)
  await viewer.getByRole('heading', { name: 'Ava is about to go live' }).waitFor()
  await viewer.evaluate(() => Object.assign(window, { wasNeverReloaded: true }))

  encoders.push(await startEncoder(server, streamKey))
  await viewer.locator('[data-watch][data-status="live"]').waitFor()
  await waitUntilPlaying(viewer, 'the watch page')
  expect(await viewer.locator('[data-badge]').textContent()).toBe('Live')

  const second = await openWatch(link)
  await waitUntilPlaying(second, 'the second watch page')
  await viewersShown(viewer, 2)
  await second.close()
  await viewersShown(viewer, 1)

  await encoders[0]?.kill()
  await viewer.locator('[data-watch][data-status="interrupted"]').waitFor()
  await viewer.getByRole('heading', { name: 'connection dropped' }).waitFor()
  encoders.push(await startEncoder(server, streamKey))
  await viewer.locator('[data-watch][data-status="live"]').waitFor()
  await waitUntilPlaying(viewer, 'the watch page, after the encoder came back,')
  expect(await viewer.evaluate(() => 'wasNeverReloaded' in window)).toBe(true)

  await ava.goto(`${platform.url}/studio`)
  await ava.getByRole('button', { name: 'End stream' }).click()
  await ava.locator('dialog').getByRole('button', { name: 'End stream' }).click()
  await ava.getByRole('heading', { name: 'The stream has ended' }).waitFor()
  await viewer.getByRole('heading', { name: 'The stream has ended' }).waitFor()
  expect(await listChannels()).toEqual([])
  const home = await (await browser.newContext()).newPage()
  await home.goto(platform.url)
  await home.getByRole('heading', { name: 'Nobody is on stage right now' }).waitFor()
})

test('the test source shows video without any encoder, and its owner alone may push it', async () => {
  const noa = await (await signedIn(browser, platform.url, 'noa')).newPage()
  const { link } = await goLive(noa)
  const path = `/demo/streams/${link.split('/').at(-1)}/test-source`
  const asVic = { method: 'POST', headers: { authorization: 'Bearer demo-vic' } }
  expect((await fetch(platform.url + path, asVic)).status).toBe(403)
  expect((await fetch(platform.url + path, { method: 'POST' })).status).toBe(401)

  await noa.getByRole('button', { name: 'Push the test source' }).click()
  await noa.getByRole('heading', { name: 'You are live' }).waitFor()
  await waitUntilPlaying(noa, 'the preview')
  await waitUntilPlaying(await openWatch(link), 'the watch page')
})

/** Fills the form as a creator does, and reads what the encoder needs off the page. */
async function goLive(page: Page): Promise<{ link: string; server: string; streamKey: string }> {
  await page.goto(`${platform.url}/studio`)
  await page.getByLabel('Title').fill('Evening <b>set</b>')
  await page.getByRole('button', { name: 'Prepare the stage' }).click()
  await page.getByRole('heading', { name: 'Waiting for your encoder' }).waitFor()
  const key = page.getByLabel('Stream key')
  const streamKey = await waitFor(() => key.inputValue(), 'the stream key')
  expect(await key.getAttribute('type')).toBe('password')
  const link = await page.getByLabel('Link for your viewers', { exact: true }).inputValue()
  const server = await page.getByLabel('Server', { exact: true }).inputValue()
  return { link, server, streamKey }
}

async function openWatch(link: string): Promise<Page> {
  const page = await (await signedIn(browser, platform.url, null)).newPage()
  await page.goto(link)
  return page
}

async function viewersShown(page: Page, count: number): Promise<void> {
  await page.locator('[data-viewers]', { hasText: `${count} watching` }).waitFor()
}

async function listChannels() {
  const client = new IvsClient({
    region: 'us-east-1',
    endpoint: platform.ivsUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const { channels } = await client.send(new ListChannelsCommand({}))
  client.destroy()
  return channels
}
