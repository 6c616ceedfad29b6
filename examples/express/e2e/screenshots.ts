/**
 * Takes every page in every state, phone and desktop, light and dark, into `.cache/screenshots` of the workspace; with
 * `streams`, `browser` or `money` behind it only those.
 */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { type ShotOptions, takeMoney } from './money-scenes.ts'
import { callApi } from './support/api.ts'
import { launchBrowser, signedIn, waitUntilPlaying } from './support/browser.ts'
import { findLivekitServer } from './support/livekit.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

const usualSizes = [
  [390, 844],
  [1280, 800],
] as const

const folder = fileURLToPath(new URL('../../../.cache/screenshots/', import.meta.url))
await mkdir(folder, { recursive: true })
const browser = await launchBrowser()
let platform: RunningPlatform

const scenes = {
  streams: () => takeStreams(),
  browser: () => takeBrowserStreaming(),
  money: () => takeMoney({ url: platform.url, open, shoot }),
}
const wanted = process.argv[2]
try {
  for (const [name, take] of Object.entries(scenes)) {
    if (wanted !== undefined && wanted !== name) continue
    platform = await startPlatform(name === 'browser' ? { LIVEKIT_SERVER: findLivekitServer() } : {})
    await take().finally(closeAll)
  }
  console.log(folder)
} finally {
  await browser.close()
}

async function closeAll(): Promise<void> {
  const pages = browser.contexts().flatMap((context) => context.pages())
  await Promise.all(pages.map((page) => page.unrouteAll({ behavior: 'ignoreErrors' })))
  await Promise.all(browser.contexts().map((context) => context.close()))
  await platform.close()
}

async function takeStreams(): Promise<void> {
  const nobody = await open(null, '/')
  await shoot(nobody, 'live-empty')
  await shoot(await open(null, '/nothing'), 'not-found')
  await shoot(await open(null, '/studio'), 'studio-signed-out')
  await shoot(await open('vic', '/studio'), 'studio-viewer')

  const ava = await open('ava', '/studio')
  await ava.getByText('Broadcast (Amazon IVS)').first().waitFor()
  await shoot(ava, 'studio-form')
  await ava.getByLabel('Expected viewers').fill('0')
  await ava.getByText('By invitation').click()
  await ava.getByRole('button', { name: 'Prepare the stage' }).click()
  await shoot(ava, 'studio-form-mistakes')
  await ava.getByLabel('Expected viewers').fill('200')
  await ava.getByText('Everyone', { exact: true }).click()
  await ava.getByLabel('Title').fill('Late songs & one <b>new</b> one')
  await ava.getByRole('button', { name: 'Prepare the stage' }).click()
  await ava.getByRole('heading', { name: 'Waiting for your encoder' }).waitFor()
  await ava.getByText('Use ffmpeg instead').click()
  await shoot(ava, 'studio-ready')
  await ava.getByText('Use ffmpeg instead').click()
  const link = new URL(await ava.getByLabel('Link for your viewers', { exact: true }).inputValue())
  const watch = await open('vic', link.pathname)
  await watch.getByRole('heading', { name: 'Ava is about to go live' }).waitFor()
  await shoot(watch, 'watch-ready')

  const { body } = await callApi(platform.url, 'noa', 'POST', '/streams', {
    title: 'First steps in watercolour, with everything that went wrong on the way there',
    access: { audience: 'invited', invited: ['vic'] },
  })
  const denied = await open(null, `/watch/${body.stream.id}`)
  await denied.getByRole('heading', { name: 'Sign in to watch' }).waitFor()
  await shoot(denied, 'watch-sign-in')
  const refused = await open('sam', `/watch/${body.stream.id}`)
  await refused.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()
  await shoot(refused, 'watch-not-invited')

  await ava.getByRole('button', { name: 'Push the test source' }).click()
  await ava.getByRole('heading', { name: 'You are live' }).waitFor()
  await waitUntilPlaying(watch, 'the watch page')
  await waitUntilPlaying(ava, 'the preview')
  await ava.waitForTimeout(4000)
  await shoot(watch, 'watch-live')
  await shoot(ava, 'studio-live')
  const home = await open('sam', '/')
  await shoot(home, 'live-cards')
  await home.locator('.person-switcher summary').click()
  await shoot(home, 'live-switcher')

  await ava.getByRole('button', { name: 'Stop the test source' }).click()
  await watch.getByRole('heading', { name: 'connection dropped' }).waitFor()
  await shoot(watch, 'watch-interrupted')
  await shoot(ava, 'studio-interrupted')
  await ava.getByRole('button', { name: 'End stream' }).click()
  await shoot(ava, 'studio-end')
  await ava.locator('dialog').getByRole('button', { name: 'End stream' }).click()
  await watch.getByRole('heading', { name: 'The stream has ended' }).waitFor()
  await shoot(watch, 'watch-ended')
  await ava.getByRole('heading', { name: 'The stream has ended' }).waitFor()
  await shoot(ava, 'studio-ended')
}

/** The pages that differ where creators go live from the browser. */
async function takeBrowserStreaming(): Promise<void> {
  const noa = await open('noa', '/studio')
  await noa.getByText('Interactive (LiveKit)').first().waitFor()
  await shoot(noa, 'studio-browser-form')
  await noa.getByLabel('Title').fill('From my room')
  await noa.getByRole('button', { name: 'Prepare the stage' }).click()
  await noa.getByRole('heading', { name: 'Ready when you are' }).waitFor()
  await shoot(noa, 'studio-browser-ready')
  const link = new URL(await noa.getByLabel('Link for your viewers', { exact: true }).inputValue())
  await noa.getByRole('button', { name: 'Start camera and go live' }).click()
  await noa.getByRole('heading', { name: 'You are live' }).waitFor()
  const watch = await open('vic', link.pathname)
  await waitUntilPlaying(watch, 'the watch page')
  await shoot(watch, 'watch-browser-live')
  await shoot(noa, 'studio-browser-live')
}

async function open(person: string | null, path: string): Promise<Page> {
  const page = await (await signedIn(browser, platform.url, person)).newPage()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(platform.url + path)
  return page
}

async function shoot(
  page: Page,
  name: string,
  { sizes = usualSizes, viewOnly = false }: ShotOptions = {},
): Promise<void> {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png`, fullPage: !viewOnly })
    }
  }
}
