import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, signedIn } from './support/browser.ts'
import { callTips, tipAva, usd } from './support/money.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'
import { waitFor } from './support/wait-for.ts'

let platform: RunningPlatform
let browser: Browser

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

test('earnings are right to the cent, and a tip goes back once, in part and then the rest', async () => {
  const tipId = await tipAva(platform.url, 1010, { message: 'Play <b>that</b> song' })
  const { page } = await openEarnings()
  await sums(page, { gross: '$10.10', fee: '-$1.51', net: '$8.59', refunded: '$0.00', pending: '$8.59' })
  const row = page.locator(`[data-tip-id="${tipId}"]`)
  await shows(row, 'Vic', '$10.10', 'Your part $8.59', 'Paid', 'Play <b>that</b> song')

  const dialog = await openRefund(row)
  await dialog.getByRole('radio', { name: 'A part' }).check()
  await dialog.getByLabel('Amount in US dollars').fill('5')
  await dialog.getByLabel('Reason').fill('by mistake')
  await dialog.getByRole('button', { name: 'Refund $5.00' }).dblclick()
  await page.getByText('$5.00 refunded to Vic.').waitFor()
  await shows(row, 'Refunded in part', '$5.00 refunded (by mistake)')
  expect(await refundsOf(tipId)).toEqual([usd(500)])
  await sums(page, { gross: '$10.10', net: '$8.59', refunded: '-$4.25', kept: '$4.34', pending: '$4.34' })

  await openRefund(row)
  await shows(dialog, '$5.10 of it is left to refund.')
  // The refund is made, and its answer is lost on the way.
  await page.route('**/refund', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await dialog.getByRole('button', { name: 'Refund $5.10' }).click()
  await shows(dialog, 'The answer was lost')
  await page.unroute('**/refund')
  await dialog.getByRole('button', { name: 'Keep the tip' }).click()
  expect(await refundsOf(tipId)).toEqual([usd(500), usd(510)])
  await sums(page, { net: '$8.59', refunded: '-$8.59', kept: '$0.00', pending: '$0.00' })
  await shows(row, 'Refunded', '$5.10 refunded')
  expect(await row.getByRole('button', { name: /^Refund/ }).count()).toBe(0)
})

test('a lost answer is asked for again with the same key', async () => {
  const tipId = await tipAva(platform.url, 2000)
  const { page } = await openEarnings()
  const dialog = await openRefund(page.locator(`[data-tip-id="${tipId}"]`))
  await dialog.getByRole('radio', { name: 'A part' }).check()
  await dialog.getByLabel('Amount in US dollars').fill('7.50')
  const keys: (string | undefined)[] = []
  await page.route('**/refund', async (route) => {
    keys.push(route.request().headers()['idempotency-key'])
    if (keys.length > 1) return route.continue()
    await route.fetch()
    await route.abort()
  })
  await dialog.getByRole('button', { name: 'Refund $7.50' }).click()
  await shows(dialog, 'The answer was lost')
  expect(await dialog.getByLabel('Amount in US dollars').isDisabled()).toBe(true)
  await dialog.getByRole('button', { name: 'Refund $7.50' }).click()
  await page.getByText('$7.50 refunded to Vic.').waitFor()
  expect(keys[0]).toMatch(/^\w{32}$/)
  expect(keys).toEqual([keys[0], keys[0]])
  expect(await refundsOf(tipId)).toEqual([usd(750)])
})

test('more than is left is refused at the field, by the page and by the server', async () => {
  const tipId = await tipAva(platform.url, 1010)
  const { page } = await openEarnings()
  const dialog = await openRefund(page.locator(`[data-tip-id="${tipId}"]`))
  await dialog.getByRole('radio', { name: 'A part' }).check()
  const amount = dialog.getByLabel('Amount in US dollars')
  const press = () => dialog.getByRole('button', { name: /^Refund/ }).click()
  for (const [typed, message] of [
    ['10.11', 'Only $10.10 is left to refund.'],
    ['1,000', 'An amount such as 5 or 12.50.'],
    ['1.005', 'An amount such as 5 or 12.50.'],
    ['-5', 'An amount such as 5 or 12.50.'],
  ] as const) {
    await amount.fill(typed)
    await press()
    await shows(dialog.locator('[data-error="amount"]'), message)
    expect(await amount.getAttribute('aria-invalid')).toBe('true')
  }
  expect(await refundsOf(tipId)).toEqual([])
  await amount.fill('5')
  await callTips(platform.url, 'ava', 'POST', `/tips/${tipId}/refund`, { amount: usd(600) })
  await press()
  await shows(dialog.locator('[data-error="amount"]'), 'Only $4.10 is left to refund.')
  expect(await amount.getAttribute('aria-invalid')).toBe('true')
  expect(await refundsOf(tipId)).toEqual([usd(600)])
})

test('earnings are for creators, and a statement is theirs', async () => {
  const vic = await (await signedIn(browser, platform.url, 'vic')).newPage()
  await vic.goto(`${platform.url}/earnings`)
  await vic.getByRole('heading', { name: 'This account does not earn' }).waitFor()
  expect(await vic.getByRole('link', { name: 'Earnings' }).count()).toBe(0)
  const { page } = await openEarnings()
  const link = page.getByRole('article', { name: 'US Dollar' }).locator('a.button').first()
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toMatch(/^statement-USD-\d{4}-\d\d-01\.csv$/)
  const address = `${platform.url}${await link.getAttribute('href')}`
  const as = (person: string) => fetch(address, { headers: { authorization: `Bearer demo-${person}` } })
  expect(await (await as('ava')).text()).toContain(',10.10,1.51,8.59,')
  expect((await as('vic')).status).toBe(403)
})

test('a goal, a menu and a blocked viewer are set by the page', async () => {
  const { page } = await openEarnings()
  await page.getByText('Set a goal').click()
  await page.getByLabel('What it is for').fill('A lamp')
  await page.getByRole('radio', { name: 'In steps' }).check()
  await page.getByLabel('Step 1').fill('5')
  await page.getByLabel('Step 2').fill('4')
  await page.getByRole('button', { name: 'Set the goal' }).click()
  await page.getByText('Each step is above the one before.').waitFor()
  await page.getByLabel('Step 2').fill('400')
  await page.getByRole('button', { name: 'Set the goal' }).click()
  await shows(page.locator('[data-goal]'), 'A lamp', '$0.00', 'of $5.00', 'Step 1 of 2.')

  await page.getByRole('button', { name: 'Add an item' }).click()
  await page.getByLabel('Item 1, what you do').fill('Your song')
  await page.getByLabel('Item 1, price').fill('0.50')
  await page.getByRole('button', { name: 'Save the menu' }).click()
  await page.getByText('A tip is from $1.00 to $500.00.').waitFor()
  await page.getByLabel('Item 1, price').fill('15')
  await page.getByRole('button', { name: 'Save the menu' }).click()
  await page.getByText('The menu is saved.').waitFor()
  const { body } = await callTips(platform.url, 'vic', 'GET', '/creators/ava/menu')
  expect(body.items).toMatchObject([{ title: 'Your song', price: usd(1500) }])

  await page.getByLabel('User id').fill('sam')
  await page.getByRole('button', { name: 'Block', exact: true }).click()
  await page.getByRole('button', { name: 'Unblock sam' }).waitFor()
  const tip = { creatorId: 'ava', amount: usd(500) }
  expect((await callTips(platform.url, 'sam', 'POST', '/tips', tip)).status).toBe(403)
  await page.getByRole('button', { name: 'Unblock sam' }).click()
  await page.getByText('sam can tip you again.').waitFor()
  expect((await callTips(platform.url, 'sam', 'POST', '/tips', tip)).status).toBe(201)
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await shows(page.locator('[data-goal]'), '$5.00', 'of $400.00', 'Step 2 of 2.')
})

test('who tipped is blocked at the tip, by name or unknown, and let in again', async () => {
  const anonymous = await tipAva(platform.url, 777, { anonymous: true })
  const { page } = await openEarnings()
  const panel = page.locator('[data-blocked]')
  const tip = { creatorId: 'ava', amount: usd(500) }
  const tipAgain = async () => (await callTips(platform.url, 'vic', 'POST', '/tips', tip)).status

  const row = page.locator(`[data-tip-id="${anonymous}"]`)
  await row.getByRole('button', { name: 'Block who gave the tip of $7.77 by Anonymous' }).click()
  const question = page.getByRole('dialog', { name: 'Block who gave this tip?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  expect(await tipAgain()).toBe(201)
  await row.getByRole('button', { name: /^Block who gave/ }).click()
  await question.getByRole('button', { name: 'Block' }).click()
  await page.getByText('Who gave this tip cannot tip you any more.').waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-action'))).toBe('block')
  expect(await tipAgain()).toBe(403)
  await panel.getByText('Anonymous').waitFor()
  expect(await panel.textContent()).not.toMatch(/vic/i)

  await page.reload()
  await page.getByRole('button', { name: 'Block who gave the tip of $5.00 by Vic' }).first().click()
  await page.getByRole('dialog', { name: 'Block Vic?' }).getByRole('button', { name: 'Block' }).click()
  await page.getByText('Vic cannot tip you any more.').waitFor()
  await panel.getByRole('button', { name: 'Unblock Anonymous' }).click()
  await panel.getByRole('button', { name: 'Unblock Anonymous' }).waitFor({ state: 'detached' })
  expect(await tipAgain()).toBe(403)
  await panel.getByRole('button', { name: 'Unblock Vic' }).click()
  await page.getByText('Vic is off the list.').waitFor()
  expect(await tipAgain()).toBe(201)
})

test('the overlay shows alerts one after the other, and misses none while it is away', async () => {
  const { page } = await openEarnings()
  const address = await makeAddress(page)
  await page.getByText('What is shown').click()
  await page.getByLabel('From, in USD').fill('3')
  await page.getByLabel('Seconds that an alert stays').fill('1')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The settings are saved.').waitFor()

  const context = await browser.newContext()
  const overlay = await openOverlay(context, address)
  expect(await overlay.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
    'rgba(0, 0, 0, 0)',
  )
  await tipAva(platform.url, 299, { message: 'too small' })
  await tipAva(platform.url, 1234, { message: '<img src=x onerror=alert(1)>' })
  await overlay.page.getByText('<img src=x onerror=alert(1)>').waitFor({ timeout: 3000 })
  await Promise.all([tipAva(platform.url, 4100), tipAva(platform.url, 4200, { anonymous: true })])
  await page.getByRole('button', { name: 'Send a test alert' }).click()
  await waitFor(async () => (await overlay.seen()).length >= 4, 'four alerts')
  const seen = await overlay.seen()
  expect(seen[0]).toContain('Vic tipped $12.34')
  expect(seen.slice(1, 3).sort()).toEqual(['Somebody tipped $42.00', 'Vic tipped $41.00'])
  expect(seen[3]).toContain('Test alert, nobody paid')
  expect(await overlay.mostAtOnce()).toBe(1)

  await overlay.page.close()
  // As if it had been closed some hours ago, after the last show.
  const settings = await context.newPage()
  await settings.goto(`${platform.url}/healthz`)
  await settings.evaluate(() => {
    const [position] = (localStorage.getItem('stagedoor-overlay:ava') ?? '').split('@')
    localStorage.setItem('stagedoor-overlay:ava', `${position}@${Math.floor(Date.now() / 1000) - 20 * 3600}`)
  })
  await settings.close()
  for (const cents of [4300, 4400]) await tipAva(platform.url, cents)
  const back = await openOverlay(context, address)
  await waitFor(async () => (await back.seen()).length >= 2, 'what was missed')
  expect(await back.seen()).toEqual(['Vic tipped $43.00', 'Vic tipped $44.00'])

  await callTips(platform.url, 'ava', 'PUT', '/creators/ava/goal', { title: 'A stage', targets: [usd(4500)] })
  await tipAva(platform.url, 4500)
  await back.page.getByText('Goal reached').waitFor()
  await shows(back.page.locator('.alert'), 'A stage', '$45.00')

  const next = await makeAddress(page)
  expect(next).not.toBe(address)
  const fresh = await openOverlay(await browser.newContext(), next)
  await tipAva(platform.url, 4600)
  await waitFor(async () => (await fresh.seen()).length > 0, 'an alert at the new address')
  await back.page.getByText('This address of the overlay does not work any more.').waitFor()
  expect((await back.seen()).join()).not.toContain('$46.00')
  const response = await fetch(address)
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('of more alerts than can wait the smallest are told in one line', async () => {
  const page = await browser.newPage()
  await page.goto(`${platform.url}/overlay/ava`)
  // As text: an import in a function would be rewritten by what runs the tests.
  await page.evaluate(`import('/assets/alert-queue.js').then((module) => Object.assign(window, module))`)
  const lines = await page.evaluate(() => {
    // @ts-expect-error the module above put it there
    const queue = window.createAlertQueue()
    const money = (amount: number) => ({ amount: String(amount), currency: 'USD' })
    for (let index = 0; index < 62; index++) {
      const tip = { amount: money(index % 5 === 0 ? 100 + index : 9000 + index), from: 'Vic' }
      const alert = { type: 'tip.completed', id: `tip-${index}`, isTest: false, tip }
      queue.add(alert, String(index))
      queue.add(alert, String(index))
      if (index === 20)
        queue.add({ type: 'goal.reached', id: 'goal', goal: {}, target: money(5), level: 1 }, '20')
    }
    const shown: string[] = []
    for (let next = queue.next(); next; next = queue.next())
      shown.push(next.alert.tip?.amount.amount ?? next.alert.tips ?? next.alert.type)
    return shown
  })
  // 62 tips and a goal are 13 more than the 50 that wait, and every fifth tip, 13 of them, is small: these were folded, and
  // only these. With their line there are 51; the goal stays.
  expect(lines).toHaveLength(51)
  expect(lines).toContain(13)
  expect(lines.filter((line) => String(line).length === 3)).toEqual([])
  expect(lines).toContain('goal.reached')
})

async function openEarnings(): Promise<{ page: Page }> {
  const page = await (await signedIn(browser, platform.url, 'ava')).newPage()
  await page.goto(platform.url)
  await page.getByRole('link', { name: 'Earnings' }).click()
  await page.locator('[data-currency="USD"]').waitFor()
  return { page }
}

async function sums(page: Page, expected: Record<string, string>): Promise<void> {
  const card = page.locator('article[data-currency="USD"]')
  const read = async () => {
    const entries = Object.keys(expected).map(async (name) => [
      name,
      await card.locator(`[data-sum="${name}"]`).textContent(),
    ])
    return Object.fromEntries(await Promise.all(entries))
  }
  const isThere = async () => JSON.stringify(await read()) === JSON.stringify(expected)
  await waitFor(isThere, 'the sums', 20).catch(() => {})
  expect(await read()).toEqual(expected)
}

async function shows(part: Locator, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await part.filter({ hasText: text }).waitFor()
}

async function openRefund(row: Locator): Promise<Locator> {
  await row.getByRole('button', { name: /^Refund the tip/ }).click()
  return row.page().getByRole('dialog', { name: 'Refund this tip?' })
}

async function refundsOf(tipId: string) {
  const { body } = await callTips(platform.url, 'ava', 'GET', `/tips/${tipId}`)
  return body.tip.refunds.map(({ amount }: { amount: unknown }) => amount)
}

async function makeAddress(page: Page): Promise<string> {
  const address = page.getByLabel('Address, shown only now')
  const before = await page.locator('[data-address]').inputValue()
  await page.getByRole('button', { name: /^Make (the|a new) address/ }).click()
  if (before) await page.locator('dialog').getByRole('button', { name: 'Make a new address' }).click()
  return waitFor(async () => {
    const value = await address.inputValue()
    return value === before ? '' : value
  }, 'the address')
}

/** The overlay, once it listens; keeps what it shows. */
async function openOverlay(context: BrowserContext, address: string) {
  const page = await context.newPage()
  await page.addInitScript(() => {
    const seen: string[] = []
    let most = 0
    Object.assign(window, { read: () => ({ seen, most }) })
    new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes)
          if (node instanceof HTMLElement && node.matches('.alert')) seen.push(node.textContent)
      most = Math.max(most, document.querySelectorAll('.alert').length)
    }).observe(document, { childList: true, subtree: true })
  })
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.url().includes('/alerts?') && one.status() === 200),
    page.goto(address),
  ])
  expect(response.headers()['content-type']).toContain('text/event-stream')
  await page.waitForFunction(() => localStorage.length > 0)
  // @ts-expect-error the init script put it there
  const read = () => page.evaluate(() => window.read() as { seen: string[]; most: number })
  return {
    page,
    seen: async () => (await read()).seen,
    mostAtOnce: async () => (await read()).most,
  }
}
