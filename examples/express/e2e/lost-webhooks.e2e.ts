import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LivekitService, startLivekit } from '../src/livekit-service.ts'
import { launchBrowser, signedIn, waitUntilPlaying } from './support/browser.ts'
import { leaveAndComeBack, openWatch, startCamera } from './support/camera.ts'
import { findLivekitServer } from './support/livekit.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

let livekit: LivekitService | null
let platform: RunningPlatform
let browser: Browser

const silent = { info: () => {}, warn: () => {}, error: () => {} }

beforeAll(async () => {
  // Its webhooks go to the discard port, where nobody hears them.
  livekit = await startLivekit(
    { PATH: process.env.PATH, LIVEKIT_SERVER: findLivekitServer() },
    { livekitPort: 0, platformUrl: 'http://127.0.0.1:9', logger: silent },
  )
  const { url, apiKey, apiSecret } = livekit?.options ?? { url: '', apiKey: '', apiSecret: '' }
  platform = await startPlatform({
    LIVEKIT_URL: url,
    LIVEKIT_API_KEY: apiKey,
    LIVEKIT_API_SECRET: typeof apiSecret === 'string' ? apiSecret : apiSecret.reveal(),
  })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
  await livekit?.close()
})

test('without a single webhook the pages show the same, by the reconciler: live, viewers, away, back, over', async () => {
  const studio = await (await signedIn(browser, platform.url, 'noa')).newPage()
  await studio.goto(`${platform.url}/studio`)
  await studio.getByLabel('Title').fill('Nobody calls')
  await studio.getByRole('button', { name: 'Prepare the stage' }).click()
  await studio.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  const link = await studio.getByLabel('Link for your viewers', { exact: true }).inputValue()

  const viewer = await openWatch(browser, link, 'vic')
  await startCamera(studio)
  await viewer.locator('[data-watch][data-status="live"]').waitFor()
  await waitUntilPlaying(viewer, 'the watch page')
  const second = await openWatch(browser, link, null)
  await viewer.locator('[data-viewers]', { hasText: '2 watching' }).waitFor()
  await second.close()
  await viewer.locator('[data-viewers]', { hasText: '1 watching' }).waitFor()

  await leaveAndComeBack(studio, viewer)
  await waitUntilPlaying(viewer, 'the watch page, after the creator came back,')

  await studio.close()
  await viewer.locator('[data-watch][data-status="interrupted"]').waitFor()
  await viewer.getByRole('heading', { name: 'The stream has ended' }).waitFor({ timeout: 120_000 })
  expect(await viewer.locator('[data-watch]').getAttribute('data-status')).toBe('ended')
}, 240_000)
