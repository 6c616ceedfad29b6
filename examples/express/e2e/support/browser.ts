import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { waitFor } from './wait-for.ts'

/** The system's Chromium. `CHROMIUM` names another one. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A camera that shows a test picture, and peers on this machine.
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--allow-loopback-in-peer-connection',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  })
}

/** A browser of its own for one person. */
export async function signedIn(
  browser: Browser,
  url: string,
  person: string | null,
): Promise<BrowserContext> {
  const context = await browser.newContext()
  context.setDefaultTimeout(60_000)
  if (person) await context.addCookies([{ name: 'stagedoor_person', value: person, url }])
  return context
}

interface PlaybackSample {
  readonly time: number
  readonly frames: number
}

function samplePlayback(page: Page): Promise<PlaybackSample> {
  return page.evaluate(() => {
    const video = [...document.querySelectorAll('video')].find((one) => one.checkVisibility())
    return { time: video?.currentTime ?? 0, frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0 }
  })
}

/** Resolves once time advances and frames are decoded, over a stretch of 1.5 s. */
export async function waitUntilPlaying(page: Page, what: string): Promise<void> {
  await waitFor(async () => {
    const before = await samplePlayback(page)
    await page.waitForTimeout(1500)
    const after = await samplePlayback(page)
    return after.time - before.time > 0.7 && after.frames - before.frames > 5
  }, `${what} to play`)
}

/** Resolves once no video of the page has a picture any more. */
export async function waitUntilStopped(page: Page, what: string, seconds: number): Promise<void> {
  await waitFor(
    () => page.evaluate(() => [...document.querySelectorAll('video')].every((one) => one.readyState === 0)),
    `${what} to stop`,
    seconds,
  )
}

/** Hides the page as a browser hides a tab in the background, or shows it again. */
export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    isHidden ? 'hidden' : 'visible',
  )
}
