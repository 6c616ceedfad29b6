import { describe, expect, it } from 'vitest'
import { earned, stripeFee, stripeTill } from './stripe-till.fixture.ts'

const now = () => Math.floor(Date.now() / 1000)

describe('a tip by the real client of Stripe', () => {
  it('is in the books to the cent, also when its webhook comes four times', async () => {
    const { tip, state, signed, webhook, entries, balance, verify } = await stripeTill()
    expect(await tip('pm_card_visa')).toMatchObject({ status: 201, tip: { status: 'completed' } })
    const [event = {}] = state.events.splice(0)
    const statuses = await Promise.all([1, 2, 3, 4].map(() => webhook(signed(event))))
    expect(statuses).toEqual([200, 200, 200, 200])
    expect(await entries()).toEqual([...earned, ...stripeFee])
    expect(await balance()).toMatchObject({ gross: 1010n, fee: 151n, net: 859n, pending: 859n })
    expect(await verify()).toBeNull()
  })

  it('is charged once when the answer is lost after the charge, and its webhook credits it', async () => {
    const { tip, server, state, webhooks, entries, tips } = await stripeTill()
    // The client sends a request again whose connection was closed.
    server.faults.dropAnswers = 2
    const lost = await tip('pm_card_visa', { key: 'mine' })
    expect(lost).toMatchObject({ status: 201, tip: { status: 'pending' }, outcome: { kind: 'unknown' } })
    expect([state.intents.size, await entries()]).toEqual([1, []])
    expect(await webhooks()).toEqual([200])
    expect(await entries()).toEqual(earned)
    // The viewer’s page asks again.
    const again = await tip('pm_card_visa', { key: 'mine' })
    expect(again).toMatchObject({
      tip: { id: lost.tip.id, status: 'completed' },
      outcome: { kind: 'succeeded' },
    })
    expect(await tips.getTip(lost.tip.id)).toMatchObject({ chargeRef: [...state.intents.keys()][0] })
    expect([state.intents.size, await entries()]).toEqual([1, earned])
  })

  it('learns later what Stripe kept of it, when only the webhook told that it was paid', async () => {
    const { tip, server, webhooks, entries, verify, tips, wait } = await stripeTill()
    server.faults.dropAnswers = 2
    await tip('pm_card_visa')
    await webhooks()
    wait(61)
    expect(await tips.reconcile()).toMatchObject({ checked: 1, failed: 0 })
    expect(await entries()).toEqual([...earned, ...stripeFee])
    expect(await verify()).toBeNull()
    wait(86_400)
    expect(await tips.reconcile()).toMatchObject({ checked: 0 })
  })

  it('is charged once when the answer is lost and the viewer’s page asks again before any webhook', async () => {
    const { tip, server, state, webhooks, entries, verify } = await stripeTill()
    server.faults.dropAnswers = 2
    await tip('pm_card_visa', { key: 'mine' })
    expect(await tip('pm_card_visa', { key: 'mine' })).toMatchObject({ tip: { status: 'completed' } })
    expect(await webhooks()).toEqual([200])
    expect([state.intents.size, await entries()]).toEqual([1, [...earned, ...stripeFee]])
    expect(await verify()).toBeNull()
  })

  it('is charged once when the viewer’s page asks again after Stripe has forgotten the key', async () => {
    const { tip, server, state, entries, verify, wait } = await stripeTill()
    server.faults.dropAnswers = 2
    await tip('pm_card_visa', { key: 'mine' })
    server.forgetKeys()
    wait(25 * 3600)
    expect(await tip('pm_card_visa', { key: 'mine' })).toMatchObject({ tip: { status: 'completed' } })
    expect([state.intents.size, await entries()]).toEqual([1, [...earned, ...stripeFee]])
    expect(await verify()).toBeNull()
  })

  it('is credited once when its webhook comes before the answer', async () => {
    const { tip, server, state, webhooks, entries, balance, verify } = await stripeTill()
    const { promise, resolve } = Promise.withResolvers<void>()
    server.faults.delay = promise
    const answer = tip('pm_card_visa')
    await expect.poll(() => state.events.length).toBe(1)
    expect(await webhooks()).toEqual([200])
    expect(await entries()).toEqual(earned)
    resolve()
    expect(await answer).toMatchObject({ status: 201, tip: { status: 'completed' } })
    // The answer brings no second credit, but the fee.
    expect(await entries()).toEqual([...earned, ...stripeFee])
    expect(await balance()).toMatchObject({ gross: 1010n, pending: 859n })
    expect(await verify()).toBeNull()
  })

  it('is found by its reference when neither answer nor webhook ever comes', async () => {
    const { tip, server, state, entries, verify, tips, wait } = await stripeTill()
    server.faults.dropAnswers = 2
    const { tip: made } = await tip('pm_card_visa')
    state.events.length = 0
    wait(61)
    expect(await tips.reconcile()).toEqual({ checked: 1, settled: 1, failed: 0 })
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed' })
    expect(await entries()).toEqual([...earned, ...stripeFee])
    expect(await verify()).toBeNull()
    wait(86_400)
    expect(await tips.reconcile()).toMatchObject({ checked: 0 })
  })

  it('is paid in the page after a first card was declined there', async () => {
    const { tip, state, webhooks, entries, verify, tips, wait } = await stripeTill()
    const { tip: made, outcome } = await tip()
    expect(outcome).toMatchObject({ kind: 'action_required', action: { type: 'client_secret' } })
    const [ref = ''] = state.intents.keys()
    const intent = state.intents.get(ref) ?? {}
    state.emit('payment_intent.payment_failed', { ...intent, last_payment_error: { code: 'card_declined' } })
    expect(await webhooks()).toEqual([200])
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'failed', declineCode: 'card_declined' })
    expect(await entries()).toEqual([])
    state.payIntent(ref)
    expect(await webhooks()).toEqual([200])
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed', chargeRef: ref })
    expect(await entries()).toEqual(earned)
    wait(61)
    await tips.reconcile()
    expect(await verify()).toBeNull()
  })

  it('is one payment though the session of Checkout and its payment both tell of it', async () => {
    const urls = { success: 'http://localhost/thanks', cancel: 'http://localhost/' }
    const { tip, state, webhooks, entries, verify, tips, wait } = await stripeTill(
      { page: 'checkout' },
      { returnUrls: () => urls },
    )
    const { tip: made, outcome } = await tip()
    expect(outcome.action).toMatchObject({ type: 'redirect' })
    const [session = ''] = state.sessions.keys()
    expect(await tips.getTip(made.id)).toMatchObject({ chargeRef: session })
    state.paySession(session)
    expect(await webhooks()).toEqual([200, 200])
    expect(await tips.getTip(made.id)).toMatchObject({ status: 'completed', strays: [] })
    expect(await entries()).toEqual(earned)
    wait(61)
    await tips.reconcile()
    expect(await entries()).toEqual([...earned, ...stripeFee])
    expect(await verify()).toBeNull()
  })

  it('is not in the books when the card is declined', async () => {
    const { tip, webhooks, entries, verify } = await stripeTill()
    expect(await tip('pm_declined')).toMatchObject({
      tip: { status: 'failed' },
      outcome: { kind: 'declined' },
    })
    expect(await webhooks()).toEqual([200])
    expect(await entries()).toEqual([])
    expect(await verify()).toBeNull()
  })
})

describe('a webhook of Stripe', () => {
  /** A tip whose answer was lost, and the event that tells of it. */
  async function lostTip(options: Parameters<typeof stripeTill>[0] = {}) {
    const shop = await stripeTill(options)
    shop.server.faults.dropAnswers = 2
    const { tip } = await shop.tip('pm_card_visa')
    const [event = {}] = shop.state.events.splice(0)
    const isUntouched = async () =>
      (await shop.tips.getTip(tip.id)).version === 1 && (await shop.entries()).length === 0
    return { ...shop, event, isUntouched }
  }

  it.each([
    ['of a connected account', { account: 'acct_other' }],
    ['of the live mode', { livemode: true }],
    ['of a type that nobody knows', { type: 'payment_intent.celebrated' }],
  ])('%s is taken and changes nothing', async (_, change) => {
    const { event, signed, webhook, isUntouched, entries } = await lostTip()
    expect(await webhook(signed({ ...event, ...change }))).toBe(200)
    expect(await isUntouched()).toBe(true)
    // It did not use up the event’s own id.
    expect(await webhook(signed(event))).toBe(200)
    expect(await entries()).toEqual(earned)
  })

  it('of a payment that another program took in the same account changes nothing', async () => {
    const { state, server, webhooks, isUntouched, tips } = await lostTip()
    server.state.handle('POST', '/payment_intents', {
      ...{ amount: '1010', currency: 'usd', confirm: 'true', payment_method: 'pm_card_visa' },
      metadata: { order: '17' },
    })
    expect(state.events).toHaveLength(1)
    expect(await webhooks()).toEqual([200])
    expect(await isUntouched()).toBe(true)
    expect((await tips.listTips({})).items).toHaveLength(1)
  })

  it.each([
    ['signed with another secret', 'whsec_other', 0],
    ['replayed after ten minutes', 'whsec_for_tests', -600],
    ['dated ten minutes ahead', 'whsec_for_tests', 600],
  ])('%s is refused, and the tip stays as it was', async (_, secret, seconds) => {
    const { event, signed, webhook, isUntouched, entries } = await lostTip()
    expect(await webhook(signed(event, secret, now() + seconds))).toBe(401)
    expect(await isUntouched()).toBe(true)
    expect(await webhook(signed(event))).toBe(200)
    expect(await entries()).toEqual(earned)
  })

  it('is refused when a byte of it differs from what was signed, or nobody signed', async () => {
    const { event, signed, webhook, isUntouched } = await lostTip()
    const [headers, text] = [signed(event).headers, await signed(event).text()]
    const url = 'http://localhost/'
    const altered = new Request(url, {
      method: 'POST',
      headers,
      body: text.replace('"amount":1010', '"amount":9010'),
    })
    expect(await altered.clone().text()).not.toBe(text)
    expect(await webhook(altered)).toBe(401)
    expect(await webhook(new Request(url, { method: 'POST', body: text }))).toBe(401)
    expect(await isUntouched()).toBe(true)
  })

  it('is refused when it is replayed after it was applied, and changes nothing more', async () => {
    const { event, signed, webhook, entries } = await lostTip()
    const sent = signed(event, 'whsec_for_tests', now() - 290)
    expect(await webhook(sent)).toBe(200)
    expect(await webhook(signed(event, 'whsec_for_tests', now() - 610))).toBe(401)
    expect(await entries()).toEqual(earned)
  })

  it('is taken by the old secret and the new one while it is changed, and applied once', async () => {
    const { event, signed, webhook, entries } = await lostTip({
      webhookSecrets: ['whsec_new', 'whsec_for_tests'],
    })
    for (const secret of ['whsec_for_tests', 'whsec_new'])
      expect(await webhook(signed(event, secret))).toBe(200)
    expect(await webhook(signed(event, 'whsec_older'))).toBe(401)
    expect(await entries()).toEqual(earned)
  })

  it('of a payment that is not the price of its tip waits in suspense, and credits nobody', async () => {
    const { event, signed, webhook, entries, balance, tips } = await lostTip()
    const { data, ...rest } = event as { data: { object: object } }
    const object = { ...data.object, amount_received: 300 }
    expect(await webhook(signed({ ...rest, data: { object } }))).toBe(200)
    expect(await entries()).toEqual(['adjustment gateway_clearing -300 USD', 'adjustment suspense 300 USD'])
    expect(await balance()).toBeUndefined()
    expect((await tips.listTips({})).items[0]).toMatchObject({
      status: 'pending',
      strays: [{ amount: { amount: 300n } }],
    })
  })
})
