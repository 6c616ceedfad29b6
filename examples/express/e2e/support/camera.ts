import type { Browser, Page } from 'playwright-core'
import { signedIn } from './browser.ts'

/** Starts the camera in an open studio, and waits until the platform says that it is live. */
export async function startCamera(studio: Page): Promise<void> {
  await studio.getByRole('button', { name: 'Start camera and go live' }).click()
  await studio.getByRole('heading', { name: 'You are live' }).waitFor()
}

/** Takes the camera back and starts it again, as a viewer sees it. */
export async function leaveAndComeBack(studio: Page, viewer: Page): Promise<void> {
  await studio.getByRole('button', { name: 'Stop sending' }).click()
  await viewer.locator('[data-watch][data-status="interrupted"]').waitFor()
  await startCamera(studio)
  await viewer.locator('[data-watch][data-status="live"]').waitFor()
}

/** The watch page in a browser of its own. */
export async function openWatch(browser: Browser, link: string, person: string | null): Promise<Page> {
  const page = await (await signedIn(browser, new URL(link).origin, person)).newPage()
  await page.goto(link)
  return page
}
