import type { Page } from 'playwright-core'
import { callApi } from './support/api.ts'
import { callTips, tipAva, usd } from './support/money.ts'
import { waitFor } from './support/wait-for.ts'

/** How a picture is taken, where it is not of a whole page in each of the usual sizes. */
export interface ShotOptions {
  readonly sizes?: readonly (readonly [width: number, height: number])[]
  /** For a dialog, which is in the middle of the view: a picture of the whole page puts it somewhere else. */
  readonly viewOnly?: boolean
}

/** What scenes are taken with. */
export interface Camera {
  /** Address of a platform on which nobody has tipped yet. */
  readonly url: string
  open(person: string | null, path: string): Promise<Page>
  shoot(page: Page, name: string, options?: ShotOptions): Promise<void>
}

const unbroken = 'Wonderful'.repeat(22).slice(0, 200)
const longTitle =
  'Everything that the next studio needs, from the microphone to the curtains, and a sign over the door'

/** The pages with money, in each of their states. */
export async function takeMoney({ url, open, shoot }: Camera): Promise<void> {
  const { body } = await callApi(url, 'ava', 'POST', '/streams', { title: 'Evening set', method: 'obs' })
  const watchPath = `/watch/${body.stream.id}`
  const setGoal = (goal: object) => callTips(url, 'ava', 'PUT', '/creators/ava/goal', goal)
  await takeBeforeTips()
  await takeTipping()
  await takeOverlay()
  await takeManyTips()
  await takeEarnings()

  async function takeBeforeTips() {
    await shoot(await open(null, watchPath), 'tips-signed-out')
    await shoot(await open('ava', watchPath), 'tips-owner')
    await shoot(await open('vic', '/earnings'), 'earnings-viewer')
    const vic = await open('vic', watchPath)
    await vic.getByRole('button', { name: '$5.00', exact: true }).waitFor()
    await shoot(vic, 'tips-none')
    const ava = await open('ava', '/earnings')
    await ava.getByText('No tips yet.').waitFor()
    await shoot(ava, 'earnings-none')
  }

  async function takeTipping() {
    await setGoal({ title: 'A new camera', targets: [usd(4000)] })
    const items = [
      { title: 'Your song', price: usd(1500) },
      { title: 'A shout', price: usd(300) },
      { title: longTitle, price: usd(50_000) },
    ]
    await callTips(url, 'ava', 'PUT', '/creators/ava/menu', { items })
    const vic = await open('vic', watchPath)
    await vic.getByRole('button', { name: /Your song/ }).click()
    await shoot(vic, 'tips-menu')
    await tipOnPage(vic, '0.50', 'fake_ok')
    await vic.getByText('A tip is at least').waitFor()
    await shoot(vic, 'tips-mistake')
    await tipOnPage(vic, '5', 'fake_declined')
    await vic.getByText('It was not paid.').waitFor()
    await shoot(vic, 'tips-declined')
    await tipOnPage(vic, '5', 'fake_pending')
    await vic.getByText('on its way').waitFor()
    await shoot(vic, 'tips-waiting')
    await vic.getByText('Thank you!').waitFor()
    await shoot(vic, 'tips-thanks')
    await tipAva(url, 1500, { streamId: body.stream.id, message: 'For the camera' })
    await vic.getByText('$20.00 of $40.00').waitFor()
    await shoot(vic, 'tips-goal-half')
    await vic.route('**/api/tips/tips', (route) => route.abort())
    await tipOnPage(vic, '5', 'fake_ok')
    await vic.getByText('Press again').waitFor()
    await shoot(vic, 'tips-answer-lost')

    const payer = await open('vic', watchPath)
    await tipOnPage(payer, '500', 'fake_redirect')
    await payer.getByRole('heading', { name: 'Pay $500.00' }).waitFor()
    await shoot(payer, 'pay')
    await shoot(await open('vic', '/pay/pay/nothing'), 'pay-unknown')
  }

  async function takeManyTips() {
    const sam = await open('sam', watchPath)
    await sam.route('**/leaderboard?*', async (route) => {
      const answer = await (await route.fetch()).json()
      answer.items.push({ ...answer.items[0], rank: 2, name: unbroken.slice(0, 80) })
      await route.fulfill({ json: answer })
    })
    const streamId = body.stream.id
    await sam.getByText('Open to everyone').waitFor()
    await tipAva(url, 100, { streamId })
    await tipAva(url, 50_000, { streamId, message: unbroken })
    await tipAva(url, 1234, { streamId, anonymous: true, message: 'מזל טוב, הופעה נהדרת!' })
    await tipAva(url, 300, { streamId, message: 'Hello <b>from</b> the back row & everyone in it' })
    await tipAva(url, 2500, { streamId, amount: { amount: '50000', currency: 'JPY' } })
    await sam.locator('[data-latest-tips] li', { hasText: '¥50,000' }).waitFor()
    await sam.getByText('Reached!').waitFor()
    await shoot(sam, 'tips-many')
  }

  async function takeEarnings() {
    const tips = { whole: 2000, part: 1010, disputed: 5000 }
    const whole = await tipAva(url, tips.whole, { message: 'Sorry, wrong person' })
    const part = await tipAva(url, tips.part, { message: 'Play that song' })
    await tipAva(url, tips.disputed, { instrument: 'fake_dispute', message: 'Not mine' })
    await tipAva(url, 700, { instrument: 'fake_declined' })
    await tipAva(url, 900, { instrument: 'fake_redirect', message: 'On my way to the bank' })
    for (let count = 0; count < 6; count++) await tipAva(url, 50_000, { anonymous: count % 2 === 0 })
    const refund = (id: string, more: object) => callTips(url, 'ava', 'POST', `/tips/${id}/refund`, more)
    await refund(whole, { amount: usd(tips.whole), reason: 'Meant for somebody else' })
    await refund(part, { amount: usd(500), reason: unbroken })
    await waitFor(async () => {
      const { body: list } = await callTips(url, 'ava', 'GET', '/tips?creatorId=ava&limit=50')
      return list.items.some(({ dispute }: { dispute: string }) => dispute === 'open')
    }, 'the dispute')

    const ava = await open('ava', '/earnings')
    await ava.route('**/api/tips/tips?*', async (route) => {
      const answer = await (await route.fetch()).json()
      if (answer.items[1]) answer.items[1].from = unbroken.slice(0, 80)
      await route.fulfill({ json: answer })
    })
    await ava.reload()
    await ava.getByRole('button', { name: 'Show more' }).click()
    await ava.getByText('Meant for somebody else').waitFor()
    await shoot(ava, 'earnings-many')

    const row = ava.locator(`[data-tip-id="${part}"]`)
    await row.getByRole('button', { name: /^Refund the tip/ }).click()
    const dialog = ava.getByRole('dialog', { name: 'Refund this tip?' })
    await dialog.waitFor()
    await shoot(ava, 'earnings-refund', { viewOnly: true })
    await dialog.getByRole('radio', { name: 'A part' }).check()
    await dialog.getByLabel('Amount in US dollars').fill('50')
    await dialog.getByRole('button', { name: /^Refund/ }).click()
    await dialog.getByText('is left to refund.').last().waitFor()
    await shoot(ava, 'earnings-refund-mistake', { viewOnly: true })
    await ava.route('**/refund', (route) => route.abort())
    await dialog.getByLabel('Amount in US dollars').fill('5')
    await dialog.getByRole('button', { name: /^Refund/ }).click()
    await dialog.getByText('The answer was lost').waitFor()
    await shoot(ava, 'earnings-refund-lost', { viewOnly: true })
    await dialog.getByRole('button', { name: 'Keep the tip' }).click()

    await row.getByRole('button', { name: /^Block who gave/ }).click()
    const block = ava.getByRole('dialog', { name: /^Block/ })
    await block.waitFor()
    await shoot(ava, 'earnings-block', { viewOnly: true })
    await block.getByRole('button', { name: 'Block', exact: true }).click()
    await ava.locator('[data-blocked] .blocked').waitFor()
    await callTips(url, 'ava', 'PUT', '/creators/ava/blocked/sam')
    await callTips(url, 'ava', 'PUT', `/creators/ava/blocked/${unbroken.slice(0, 120)}`)
    await ava.reload()
    await ava.getByText('Begin another goal').click()
    await ava.getByRole('radio', { name: 'In steps' }).check()
    await ava.getByRole('button', { name: 'Add a step' }).click()
    await ava.getByLabel('What it is for').fill('A lamp')
    await ava.getByLabel('Step 1', { exact: true }).fill('5')
    await ava.getByLabel('Step 2', { exact: true }).fill('4')
    await ava.getByRole('button', { name: 'Replace the goal…' }).click()
    await ava.getByText('Each step is above the one before.').waitFor()
    await ava.getByRole('button', { name: 'Add an item' }).click()
    await ava.getByLabel('Item 4, what you do').fill('A wave')
    await ava.getByLabel('Item 4, price').fill('0.50')
    await ava.getByRole('button', { name: 'Save the menu' }).click()
    await ava.getByText('A tip is from $1.00').waitFor()
    await ava.getByText('What is shown').click()
    await ava.getByLabel('Seconds that an alert stays').fill('99')
    await ava.getByRole('button', { name: 'Save', exact: true }).click()
    await ava.getByText('A whole number from 1 to 60.').waitFor()
    await ava.unrouteAll()
    await ava.route('**/api/tips/**', (route) => route.abort())
    await ava.evaluate(() => window.dispatchEvent(new Event('focus')))
    await ava.getByText('The server does not answer.').waitFor()
    await shoot(ava, 'earnings-forms')
  }

  async function takeOverlay() {
    const ava = await open('ava', '/earnings')
    await ava.getByRole('button', { name: 'Make the address' }).click()
    await ava.getByText('The address is made.').waitFor()
    await shoot(ava, 'earnings-overlay')
    const address = new URL(await ava.getByLabel('Address, shown only now').inputValue())
    const alert = (more: object) => ({ isTest: false, at: new Date().toISOString(), ...more })
    const tip = (amount: number, from: string | null, message?: string, currency = 'USD') =>
      alert({ type: 'tip.completed', tip: { amount: { amount: `${amount}`, currency }, from, message } })
    const goal = { title: longTitle, kind: 'stepped' }
    const alerts = {
      tip: tip(1234, 'Vic', 'Play that song again, please!'),
      bare: tip(50_000, null),
      long: tip(50_000, unbroken.slice(0, 80), unbroken, 'JPY'),
      words: tip(500, 'Vic', 'What a night this is, '.repeat(9)),
      test: { ...tip(500, 'Vic', 'This is how an alert looks'), isTest: true },
      goal: alert({ type: 'goal.reached', goal, target: usd(4000), level: 2 }),
    }
    for (const [name, body] of Object.entries(alerts)) {
      const page = await open(null, '/nothing')
      await page.route('**/alerts?*', (route) =>
        route.fulfill({ contentType: 'text/event-stream', body: eventsOf(name, body) }),
      )
      await page.goto(address.href)
      await shootOverlay(page, name)
    }
    address.searchParams.set('token', 'of-yesterday')
    await shootOverlay(await open(null, address.pathname + address.search), 'refused')
  }

  /** As the picture of a stream has it, in the size of a browser source. */
  async function shootOverlay(page: Page, name: string) {
    await page.locator('.alert').waitFor()
    await page.evaluate(() => {
      document.documentElement.style.background = 'linear-gradient(90deg, #fff, #b58, #123)'
    })
    await shoot(page, `overlay-${name}`, { sizes: [[800, 300]] })
  }
}

function eventsOf(id: string, body: object): string {
  const event = (type: string, number: number, data: object) =>
    `id: ${number}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`
  const type = 'type' in body ? String(body.type) : ''
  return event('alerts.ready', 1, { showSeconds: 60 }) + event(type, 2, { ...body, id })
}

async function tipOnPage(page: Page, amount: string, instrument: string): Promise<void> {
  await page.getByLabel('How the payment goes').selectOption(instrument)
  await page.getByRole('textbox', { name: 'Amount' }).fill(amount)
  await page.getByRole('button', { name: /^Tip/ }).click()
}
