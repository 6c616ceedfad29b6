import { signTestWebhook } from '@stagedoor/payment-gateway/fake'
import { describe, expect, it } from 'vitest'
import { site } from './site.fixture.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })

describe('tipping by HTTP', () => {
  it('answers the tip and the gateway’s outcome, money as strings', async () => {
    const { post } = site()
    const response = await post({ message: 'Hi!' })
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({
      tip: {
        ...{ creatorId: 'ava', amount: usd('1010'), fee: usd('151'), net: usd('859'), status: 'completed' },
        ...{ from: 'vic', message: 'Hi!', refundedTotal: usd('0'), dispute: 'none' },
      },
      outcome: { kind: 'succeeded', amount: usd('1010') },
    })
  })

  it('answers the same to the same key, and asks for one', async () => {
    const { post, call } = site()
    const [first, second] = [await post({}, 'vic', 'k'), await post({}, 'vic', 'k')]
    expect(await second.json()).toEqual(await first.json())
    const without = await call('vic', 'POST /tips', { creatorId: 'ava', amount: usd('500') })
    expect(without.status).toBe(400)
    expect(await without.json()).toMatchObject({ error: { code: 'invalid_input', field: 'Idempotency-Key' } })
  })

  it.each([
    ['fake_declined', 'failed', 'declined'],
    ['fake_pending', 'pending', 'pending'],
    ['fake_lost', 'pending', 'unknown'],
    ['fake_dispute', 'completed', 'succeeded'],
    ['fake_redirect', 'pending', 'action_required'],
  ])('with %s is %s, outcome %s', async (instrument, status, kind) => {
    const { post } = site({ fake: { pageUrl: 'http://localhost/pay' } })
    const response = await post({ instrument })
    expect(response.status).toBe(201)
    const body = await response.json()
    expect(body).toMatchObject({ tip: { status }, outcome: { kind } })
    // What a tester of stolen cards would like to know stays here.
    expect(JSON.stringify(body)).not.toContain('rawCode')
  })

  it('says when to come back to who tips too often', async () => {
    const { post } = site()
    for (let count = 0; count < 10; count++) await post()
    const response = await post()
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '60'])
  })

  it('shows a tip to its payer and its creator, and to nobody else', async () => {
    const { post, call } = site()
    const { tip } = (await (await post({ anonymous: true })).json()) as { tip: { id: string } }
    for (const [who, status] of [
      ['vic', 200],
      ['ava', 200],
      ['staff', 200],
      ['sam', 403],
      [null, 401],
    ] as const) {
      expect([who, (await call(who, `GET /tips/${tip.id}`)).status]).toEqual([who, status])
    }
    const body = await (await call('ava', `GET /tips/${tip.id}`)).text()
    expect(body).not.toContain('vic')
    expect((await call('ava', 'GET /tips/tip_x')).status).toBe(404)
  })

  it('lists in pages: a creator’s to the creator, and one’s own to everybody', async () => {
    const { post, call, wait } = site()
    for (let count = 0; count < 3; count++) {
      await post()
      wait(1)
    }
    await post({}, 'sam')
    const list = async (who: string, query: string) =>
      (await (await call(who, `GET /tips${query}`)).json()) as { items: object[]; nextCursor: string | null }
    const first = await list('ava', '?creatorId=ava&limit=3')
    expect(first.items).toHaveLength(3)
    const second = await list('ava', `?creatorId=ava&limit=3&cursor=${first.nextCursor}`)
    expect([second.items.length, second.nextCursor]).toEqual([1, null])
    expect((await list('sam', '')).items).toHaveLength(1)
    expect((await call('sam', 'GET /tips?creatorId=ava')).status).toBe(403)
    for (const query of ['?limit=0', '?limit=x', '?cursor=x', '?status=paid']) {
      expect([query, (await call('sam', `GET /tips${query}`)).status]).toEqual([query, 400])
    }
  })

  it('gives back in part and whole, once a key, for the creator alone', async () => {
    const { post, call, verify } = site()
    const { tip } = (await (await post()).json()) as { tip: { id: string } }
    const refund = (who: string, key: string, body: object) =>
      call(who, `POST /tips/${tip.id}/refund`, body, { 'idempotency-key': key })
    expect((await refund('vic', 'r0', {})).status).toBe(403)
    const part = await refund('ava', 'r1', { amount: usd('500'), reason: 'by mistake' })
    expect(await part.json()).toMatchObject({
      tip: { refundedTotal: usd('500') },
      refund: { amount: usd('500'), status: 'succeeded' },
      outcome: { kind: 'succeeded' },
    })
    expect((await refund('ava', 'r1', { amount: usd('500') })).status).toBe(200)
    expect((await refund('ava', 'r1', { amount: usd('400') })).status).toBe(409)
    expect((await refund('ava', 'r2', { amount: usd('511') })).status).toBe(409)
    expect((await refund('ava', 'r3', { amount: { amount: '1', currency: 'EUR' } })).status).toBe(400)
    expect(await (await refund('ava', 'r4', {})).json()).toMatchObject({
      tip: { refundedTotal: usd('1010') },
    })
    const { balances } = (await (await call('ava', 'GET /creators/ava/earnings')).json()) as {
      balances: object[]
    }
    expect(balances).toMatchObject([
      {
        currency: 'USD',
        gross: '1010',
        fee: '151',
        net: '859',
        refunded: '859',
        disputed: '0',
        pending: '0',
      },
    ])
    expect(await verify()).toMatchObject({ ok: true })
  })

  it('never gives back more than was paid, though two ask at the same time', async () => {
    const { tip, refund, tips, verify } = site()
    const { tip: made } = await tip()
    const all = await Promise.allSettled([refund(made.id, 600n), refund(made.id, 600n)])
    expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await tips.getTip(made.id)).refundedTotal).toBe(600n)
    expect(await verify()).toMatchObject({ ok: true })
  })

  it('shows earnings and statements to their creator alone', async () => {
    const { post, call } = site()
    await post()
    expect((await call('vic', 'GET /creators/ava/earnings')).status).toBe(403)
    expect((await call(null, 'GET /creators/ava/earnings')).status).toBe(401)
    const query = '?currency=USD&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z'
    const statement = await call('ava', `GET /creators/ava/statement${query}`)
    expect(statement.headers.get('content-type')).toContain('text/csv')
    expect(statement.headers.get('content-disposition')).toContain('"statement-USD-2026-03-01.csv"')
    const text = await statement.text()
    expect(text).toContain(',earning,')
    expect(text).toContain(',10.10,1.51,8.59,')
    expect((await call('ava', 'GET /creators/ava/statement?currency=USD')).status).toBe(400)
    expect((await call('vic', `GET /creators/ava/statement${query}`)).status).toBe(403)
  })
})

describe('a webhook', () => {
  it('is applied, also the second time, and refused when it is not from the gateway', async () => {
    const { post, gateway, handler, tips } = site()
    const { tip } = (await (await post({ instrument: 'fake_lost' })).json()) as { tip: { id: string } }
    const [request] = await gateway.control.takeWebhooks()
    if (!request) throw new Error('the gateway told of nothing')
    const [body, headers] = [await request.text(), request.headers]
    const send = (given: string) =>
      handler(
        new Request('http://localhost/api/tips/webhooks/fake', { method: 'POST', headers, body: given }),
      )
    expect((await send(body.replace('1010', '9010'))).status).toBe(401)
    expect((await send(body)).status).toBe(200)
    expect((await send(body)).status).toBe(200)
    expect(await tips.getTip(tip.id)).toMatchObject({ status: 'completed' })
    expect(await tips.getCreatorEarnings('ava')).toMatchObject([{ gross: 1010n }])
    const unknown = new Request('http://localhost/api/tips/webhooks/nowhere', { method: 'POST', body })
    expect((await handler(unknown)).status).toBe(404)
  })

  it('about a tip that is not known yet is to come again, and after a while is let go', async () => {
    const webhookSecret = 'known to the test'
    const { handler, wait, gateway } = site({ fake: { webhookSecret } })
    const about = { ref: 'fch_1', merchantRef: 'tip_unknown', amount: { amount: 500n, currency: 'USD' } }
    await gateway.processTip(
      { tipId: 'tip_unknown', amount: about.amount, payer: { id: 'x' }, payee: { id: 'ava' } },
      { idempotencyKey: 'x' },
    )
    const [request] = await gateway.control.takeWebhooks()
    if (!request) throw new Error('the gateway told of nothing')
    const [body, url] = [await request.text(), 'http://localhost/api/tips/webhooks/fake']
    expect((await handler(new Request(url, { method: 'POST', headers: request.headers, body }))).status).toBe(
      503,
    )
    wait(16 * 60)
    const later = Math.floor(Date.parse('2026-03-02T12:16:00Z') / 1000)
    const again = await signTestWebhook({ payload: body, secret: webhookSecret, timestamp: later, url })
    expect((await handler(again)).status).toBe(200)
  })
})

describe('what a creator sets', () => {
  it('is a goal that everybody sees, and tips fill', async () => {
    const { post, call } = site()
    const put = (who: string, body: object) => call(who, 'PUT /creators/ava/goal', body)
    expect((await put('vic', { title: 'New camera', targets: [usd('2000')] })).status).toBe(403)
    expect((await put('ava', { title: '', targets: [usd('2000')] })).status).toBe(400)
    expect(
      (await put('ava', { title: 'x', kind: 'stepped', targets: [usd('2000'), usd('1000')] })).status,
    ).toBe(400)
    await put('ava', { title: 'New camera', targets: [usd('2000')] })
    await post()
    const goal = async () => (await call(null, 'GET /creators/ava/goal')).json()
    expect(await goal()).toMatchObject({
      goal: { title: 'New camera', kind: 'single' },
      progress: { current: usd('1010'), target: usd('2000'), isReached: false },
    })
    await call('ava', 'DELETE /creators/ava/goal')
    expect(await goal()).toEqual({ goal: null })
  })

  it('is a menu with prices that tips have to match', async () => {
    const { post, call } = site()
    const items = [{ id: 'song', title: 'Your song', price: usd('1500') }]
    expect((await call('ava', 'PUT /creators/ava/menu', { items })).status).toBe(200)
    expect(await (await call(null, 'GET /creators/ava/menu')).json()).toEqual({ items })
    expect((await post({ menuItemId: 'song' })).status).toBe(400)
    expect((await post({ menuItemId: 'song', amount: usd('1500') })).status).toBe(201)
  })

  it('is whom not to take tips from', async () => {
    const { post, call } = site()
    expect((await call('ava', 'PUT /creators/ava/blocked/vic')).status).toBe(204)
    expect((await post()).status).toBe(403)
    expect(await (await call('ava', 'GET /creators/ava/blocked')).json()).toMatchObject({
      items: [{ payerId: 'vic' }],
    })
    expect((await call('vic', 'DELETE /creators/ava/blocked/vic')).status).toBe(403)
    await call('ava', 'DELETE /creators/ava/blocked/vic')
    expect((await post()).status).toBe(201)
  })

  it('is seen by everybody on a leaderboard of names, without the anonymous', async () => {
    const { post, call } = site()
    await post({ amount: usd('2000') })
    await post({}, 'sam')
    await post({ amount: usd('9000'), anonymous: true }, 'eve')
    for (const period of ['day', 'week', 'month', 'all']) {
      expect(await (await call(null, `GET /creators/ava/leaderboard?period=${period}`)).json()).toEqual({
        items: [
          { rank: 1, name: 'vic', amount: usd('2000'), tips: 1 },
          { rank: 2, name: 'sam', amount: usd('1010'), tips: 1 },
        ],
      })
    }
    expect((await call(null, 'GET /creators/ava/leaderboard?period=year')).status).toBe(400)
    expect((await call(null, 'GET /creators/ava/leaderboard?currency=EUR')).status).toBe(400)
  })
})
