import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser, signedIn } from './support/browser.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'
import { waitFor } from './support/wait-for.ts'

let platform: RunningPlatform
let browser: Browser
let watchPath: string

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
  const { body } = await callApi(platform.url, 'ava', 'POST', '/streams', {
    title: 'Evening set',
    method: 'obs',
  })
  watchPath = `/watch/${body.stream.id}`
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

const earned = async () => {
  const { body } = await callApi(platform.url, 'ava', 'GET', '/api/tips/creators/ava/earnings')
  return BigInt(body.balances[0]?.gross ?? 0)
}

async function watchAs(person: string | null): Promise<Page> {
  const page = await (await signedIn(browser, platform.url, person)).newPage()
  await page.goto(`${platform.url}${watchPath}`)
  return page
}

async function tip(page: Page, amount: string, instrument: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Amount' }).fill(amount)
  await page.getByLabel('How the payment goes').selectOption(instrument)
  await page.getByRole('button', { name: `Tip $${amount}`, exact: true }).click()
}

test('a tip is charged once, and seen by who watches', async () => {
  const [vic, sam] = await Promise.all([watchAs('vic'), watchAs('sam')])
  await vic.getByRole('button', { name: '$10.00', exact: true }).click()
  await vic.getByLabel('Message').fill('<b>Great</b> show!')
  await vic.getByRole('button', { name: 'Tip $10.00', exact: true }).dblclick()
  await vic.getByText('Thank you! $10.00 is with the creator.').waitFor()
  const latest = sam.locator('[data-latest-tips] li')
  await latest.first().waitFor({ timeout: 5000 })
  expect(await latest.allTextContents()).toEqual(['$10.00Vic<b>Great</b> show!'])
  expect(await latest.locator('b').count()).toBe(0)
  await sam.getByRole('heading', { name: 'Top of today' }).waitFor()
  expect(await earned()).toBe(1000n)

  await vic.getByLabel('Hide my name').check()
  await tip(vic, '4.00', 'fake_ok')
  await sam.locator('[data-latest-tips] li', { hasText: 'Somebody' }).waitFor()
  expect(await earned()).toBe(1400n)
})

test('a payment that fails says why, and the next try is another one', async () => {
  const before = await earned()
  const vic = await watchAs('vic')
  await tip(vic, '5.00', 'fake_declined')
  await vic.getByText('It was not paid.').waitFor()
  expect(await earned()).toBe(before)
  await tip(vic, '5.00', 'fake_ok')
  await vic.getByText('Thank you! $5.00').waitFor()
  expect(await earned()).toBe(before + 500n)
})

test('a payment on another page is completed on the way back', async () => {
  const before = await earned()
  const vic = await watchAs('vic')
  await tip(vic, '6.00', 'fake_redirect')
  await vic.getByRole('heading', { name: 'Pay $6.00' }).waitFor()
  expect(await earned()).toBe(before)
  await vic.getByRole('button', { name: 'Pay $6.00' }).click()
  await vic.getByText('Thank you! $6.00').waitFor()
  expect(new URL(vic.url()).pathname).toBe(watchPath)
  expect(await earned()).toBe(before + 600n)
})

test.each([
  ['fake_lost', '7.00', 700n],
  ['fake_pending', '8.00', 800n],
])(
  'a payment of which nobody knows at first (%s) is told of later, and charged once',
  async (kind, amount, minor) => {
    const before = await earned()
    const vic = await watchAs('vic')
    await tip(vic, amount, kind)
    await vic.getByText('Your payment is on its way.').waitFor()
    await vic.getByText(`Thank you! $${amount}`).waitFor()
    await waitFor(async () => (await earned()) === before + minor, 'the tip to be credited')
  },
)

test('an answer that never arrived is asked for again with the same key', async () => {
  const before = await earned()
  const vic = await watchAs('vic')
  await vic.route('**/api/tips/tips', async (route) => {
    // It is charged, and the connection breaks.
    await route.fetch()
    await route.abort()
  })
  await tip(vic, '9.00', 'fake_ok')
  await vic.getByText('Press again: the same tip is never charged twice.').waitFor()
  await vic.unroute('**/api/tips/tips')
  await vic.getByRole('button', { name: 'Tip $9.00', exact: true }).click()
  await vic.getByText('Thank you! $9.00').waitFor()
  expect(await earned()).toBe(before + 900n)
})

test('what cannot be taken is said at its field, and nobody tips unseen', async () => {
  const vic = await watchAs('vic')
  await vic.getByRole('textbox', { name: 'Amount' }).fill('0.50')
  await vic.getByRole('button', { name: 'Tip $0.50', exact: true }).click()
  await vic.getByText('A tip is at least $1.00.').waitFor()
  await vic.getByRole('textbox', { name: 'Amount' }).fill('five')
  await vic.getByRole('button', { name: 'Tip', exact: true }).click()
  await vic.getByText('An amount such as 5 or 12.50.').waitFor()
  const nobody = await watchAs(null)
  await nobody.getByText('Sign in to tip.').waitFor()
  const ava = await watchAs('ava')
  await ava.getByRole('link', { name: 'See your earnings' }).waitFor()
})
