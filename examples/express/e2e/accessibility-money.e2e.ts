import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { problems } from './support/accessibility.ts'
import { callApi } from './support/api.ts'
import { launchBrowser } from './support/browser.ts'
import { callTips, tipAva, usd } from './support/money.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

let platform: RunningPlatform
let browser: Browser
let watchPath: string
let payPath: string
const unbroken = 'Wonderful'.repeat(22)

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
  const { url } = platform
  const { body } = await callApi(url, 'ava', 'POST', '/streams', { title: 'Evening set', method: 'obs' })
  const streamId = body.stream.id
  watchPath = `/watch/${streamId}`
  const items = [{ title: unbroken.slice(0, 100), price: usd(50_000) }]
  await callTips(url, 'ava', 'PUT', '/creators/ava/menu', { items })
  await callTips(url, 'ava', 'PUT', '/creators/ava/goal', {
    title: unbroken.slice(0, 100),
    targets: [usd(99_900)],
  })
  await callTips(url, 'ava', 'PUT', `/creators/ava/blocked/${unbroken}`)
  await tipAva(url, 50_000, { streamId, message: unbroken })
  await tipAva(url, 50_000, { amount: { amount: '50000', currency: 'JPY' } })
  const refunded = await tipAva(url, 1010)
  const refund = { amount: usd(500), reason: unbroken }
  await callTips(url, 'ava', 'POST', `/tips/${refunded}/refund`, refund)
  await tipAva(url, 900, { instrument: 'fake_declined' })
  const waiting = { creatorId: 'ava', amount: usd(50_000), instrument: 'fake_redirect' }
  const { body: answer } = await callTips(url, 'vic', 'POST', '/tips', waiting)
  payPath = new URL(answer.outcome.action.url).pathname
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

const views: readonly [string, string | null, () => string, (page: Page) => Promise<void>][] = [
  [
    'tips with a mistake',
    'vic',
    () => watchPath,
    async (page) => {
      await page.getByRole('heading', { name: 'Top of today' }).waitFor()
      await page.getByRole('textbox', { name: 'Amount' }).fill('0.50')
      await press(page, 'Tip $0.50')
      await page.getByText('A tip is at least $1.00.').waitFor()
    },
  ],
  [
    'tips after a decline',
    'vic',
    () => watchPath,
    async (page) => {
      await press(page, /Wonderful/)
      await page.getByLabel('How the payment goes').selectOption('fake_declined')
      await press(page, 'Tip $500.00')
      await page.getByText('It was not paid.').waitFor()
    },
  ],
  ['tips', null, () => watchPath, (page) => page.getByText('Sign in to tip.').waitFor()],
  ['the payment page', 'vic', () => payPath, (page) => page.getByRole('heading').waitFor()],
  [
    'earnings with each form open',
    'ava',
    () => '/earnings',
    async (page) => {
      await page.getByText('refunded (').waitFor()
      await page.getByText('Begin another goal').click()
      await page.getByRole('radio', { name: 'In steps' }).check()
      await press(page, 'Add a step')
      await press(page, 'Replace the goal…')
      await page.getByText('Say what it is for.').waitFor()
      await press(page, 'Add an item')
      await press(page, 'Save the menu')
      await page.getByText('Say what you do for it.').waitFor()
      if (await page.getByRole('button', { name: 'Make the address' }).isVisible())
        await press(page, 'Make the address')
      await page.getByText('What is shown').click()
    },
  ],
  [
    'the refund of a tip',
    'ava',
    () => '/earnings',
    async (page) => {
      await press(page, /^Refund the tip/)
      await page.getByRole('radio', { name: 'A part' }).check()
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Refund/ })
        .click()
      await page.getByText('An amount such as').waitFor()
    },
  ],
  [
    'earnings',
    'vic',
    () => '/earnings',
    (page) => page.getByRole('heading', { name: 'does not earn' }).waitFor(),
  ],
]

test.each(views)(
  '%s as %s fits a phone and passes axe, light and dark',
  async (_view, person, path, isReady) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [360, 1280]) {
        const page = await (await openAs(person, { colorScheme, width })).newPage()
        await page.goto(platform.url + path())
        await isReady(page)
        expect(await problems(page), `${colorScheme} ${width}`).toEqual([])
        await page.context().close()
      }
    }
  },
)

test('an alert of any length fits the overlay, with its amount in sight', async () => {
  const { body } = await callTips(platform.url, 'ava', 'POST', '/creators/ava/alerts/rotate')
  const page = await (await openAs(null, { width: 800, height: 300 })).newPage()
  const tip = { amount: usd(50_000), from: unbroken.slice(0, 80), message: unbroken }
  const ready = 'id: 1\nevent: alerts.ready\ndata: {"showSeconds":60}\n\n'
  const event = `id: 2\nevent: tip.completed\ndata: ${JSON.stringify({ type: 'tip.completed', id: 'a', tip })}\n\n`
  await page.route('**/alerts?*', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: ready + event }),
  )
  await page.goto(`${platform.url}/overlay/ava?token=${body.token}`)
  const card = page.locator('.alert')
  await card.getByText('$500.00').waitFor()
  const isWithin = await card.evaluate(async (element) => {
    // It flies in, past its place at first.
    await Promise.all(element.getAnimations().map((animation) => animation.finished))
    return [element, element.querySelector('.alert-amount')].every((part) => {
      const { top, bottom, left, right } = part?.getBoundingClientRect() ?? new DOMRect(-1)
      return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth
    })
  })
  expect(isWithin).toBe(true)
  expect(await problems(page)).toEqual([])
})

test('a tip is given and refunded by keyboard alone', async () => {
  const vic = await (await openAs('vic', { width: 1280 })).newPage()
  await vic.goto(platform.url + watchPath)
  await vic.getByRole('button', { name: '$10.00', exact: true }).focus()
  await vic.keyboard.press('Enter')
  const stops: string[] = []
  for (let count = 0; count < 6; count++) {
    await vic.keyboard.press('Tab')
    stops.push(
      await vic.evaluate(
        () => document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent ?? '',
      ),
    )
  }
  expect(stops).toEqual(['$25.00', 'amount', 'message', 'anonymous', 'instrument', 'Tip $10.00'])
  await vic.keyboard.press('Enter')
  await vic.getByText('Thank you! $10.00').waitFor()

  const ava = await (await openAs('ava', { width: 1280 })).newPage()
  await ava.goto(`${platform.url}/earnings`)
  const refund = ava.getByRole('button', { name: 'Refund the tip of $10.00 by Vic' })
  await refund.focus()
  await ava.keyboard.press('Enter')
  const dialog = ava.getByRole('dialog', { name: 'Refund this tip?' })
  await dialog.waitFor()
  expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true)
  await ava.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(await refund.evaluate((element) => element === document.activeElement)).toBe(true)
  await ava.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Refund $10.00' }).focus()
  await ava.keyboard.press('Enter')
  await ava.getByText('$10.00 refunded to Vic.').waitFor()
  // The button is gone with what could be refunded; the reader is still at the tip.
  expect(await ava.evaluate(() => document.activeElement?.hasAttribute('data-tip-id'))).toBe(true)
})

async function openAs(
  person: string | null,
  {
    colorScheme = 'light',
    width,
    height = 800,
  }: { colorScheme?: 'light' | 'dark'; width: number; height?: number },
): Promise<BrowserContext> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, bypassCSP: true })
  context.setDefaultTimeout(60_000)
  if (person) await context.addCookies([{ name: 'stagedoor_person', value: person, url: platform.url }])
  return context
}
