import { describe, expect, it } from 'vitest'
import { routes } from './routes.ts'
import { createSite } from './site.fixture.ts'

/** Who asks: nobody, a viewer with access, one without, another creator, the owner of the stream. */
const people = [null, 'vic', 'sam', 'noa', 'ava'] as const

interface Row {
  readonly route: string
  readonly body?: unknown
  /** The status for each of `people`. */
  readonly statuses: readonly [number, number, number, number, number]
}

const rows: readonly Row[] = [
  { route: 'POST /streams', body: { title: 'Another' }, statuses: [401, 403, 403, 201, 409] },
  { route: 'GET /streams', statuses: [200, 200, 200, 200, 200] },
  { route: 'GET /streams/:', statuses: [200, 200, 200, 200, 200] },
  { route: 'DELETE /streams/:', statuses: [401, 403, 403, 403, 204] },
  { route: 'GET /streams/:/ingest', statuses: [401, 403, 403, 403, 200] },
  { route: 'POST /streams/:/ingest/rotate', statuses: [401, 403, 403, 403, 200] },
  { route: 'POST /streams/:/playback', statuses: [403, 200, 402, 200, 200] },
  { route: 'PUT /streams/:/viewers/:', statuses: [401, 403, 403, 403, 204] },
  { route: 'DELETE /streams/:/viewers/:', statuses: [401, 403, 403, 403, 204] },
  { route: 'GET /streams/:/status', statuses: [200, 200, 200, 200, 200] },
  { route: 'GET /streams/:/events', statuses: [200, 200, 200, 200, 200] },
  { route: 'GET /streams/:/recordings', statuses: [403, 200, 402, 200, 200] },
  { route: 'POST /estimates', body: { expectedViewers: 5 }, statuses: [200, 200, 200, 200, 200] },
  { route: 'POST /webhooks/:', body: {}, statuses: [401, 401, 401, 401, 401] },
]

const cells = rows.flatMap(({ route, body, statuses }) =>
  people.map((who, index) => ({ route, body, who, name: who ?? 'nobody', status: statuses[index] })),
)

describe('who may do what', () => {
  it('is said for every route', () => {
    expect(rows.map(({ route }) => route).sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${path}`).sort(),
    )
  })

  it.each(cells)('$route by $name is $status', async ({ route, body, who, status }) => {
    const site = createSite()
    const { streamId } = await site.open('ava')
    const [method = '', path = ''] = route.split(' ')
    const param = path.startsWith('/webhooks') ? 'memory' : streamId
    const answer = await site.call(method, path.replace(':', param).replace(':', 'joe'), { as: who, body })
    expect(answer.status).toBe(status)
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.body?.cancel()
    if (status === 204) return expect(await answer.text()).toBe('')
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const json = await answer.json()
    if (answer.ok) return expect(json).not.toHaveProperty('error')
    expect(Object.keys(json)).toEqual(status === 402 || 'denial' in json ? ['error', 'denial'] : ['error'])
    expect(json.error).toEqual({ code: expect.any(String), message: expect.any(String) })
    expect(JSON.stringify(json)).not.toMatch(/\.ts|stack|node:|sk_memory/)
  })

  it('takes a denial’s reason and offers along', async () => {
    const site = createSite()
    const { streamId } = await site.open()
    for (const [method, rest] of [
      ['POST', 'playback'],
      ['GET', 'recordings'],
    ] as const) {
      const answer = await site.call(method, `/streams/${streamId}/${rest}`, { as: 'sam' })
      expect(await answer.json()).toEqual({
        error: { code: 'payment_required', message: 'This stream needs a ticket.' },
        denial: {
          reason: 'buy_ticket',
          offers: [{ id: 't1', kind: 'ticket', title: 'Ticket', price: { amount: '900', currency: 'USD' } }],
        },
      })
    }
  })

  it('lets nobody but a denial’s reason choose between 402 and 403', async () => {
    const reasons = {
      sign_in: 403,
      subscribe: 402,
      buy_ticket: 402,
      region: 403,
      age: 403,
      banned: 403,
      not_started: 403,
    } as const
    for (const reason of Object.keys(reasons) as (keyof typeof reasons)[]) {
      const site = createSite({ core: { access: () => ({ allowed: false, reason, offers: [] }) } })
      const { streamId } = await site.open()
      const answer = await site.call('POST', `/streams/${streamId}/playback`, { as: 'vic' })
      expect([reason, answer.status]).toEqual([reason, reasons[reason]])
      expect((await answer.json()).error.message).toMatch(/\w+ .*\.$/)
    }
  })

  it('shows the owner alone what the stream may cost, and nobody its channel', async () => {
    const site = createSite()
    const budget = { amount: '5000', currency: 'USD' }
    const created = await site.call('POST', '/streams', { as: 'ava', body: { title: 'Show', budget } })
    const { stream } = await created.json()
    const status = async (as: string | null) =>
      (await site.call('GET', `/streams/${stream.id}/status`, { as })).json()
    expect(await status('ava')).toMatchObject({
      status: 'ready',
      viewers: { current: 0, peak: 0 },
      cost: { total: { amount: '0', currency: 'USD' } },
      budget,
    })
    for (const who of [null, 'noa']) {
      expect(await status(who)).toEqual({ status: 'ready', viewers: { current: 0, peak: 0 } })
    }
    for (const path of ['/streams', `/streams/${stream.id}`]) {
      const text = await (await site.call('GET', path, { as: 'ava' })).text()
      expect(text).toContain(stream.id)
      expect(text).not.toMatch(/channel|session|budget|version|observedAt/)
    }
  })

  it('takes a webhook by its signature, from anywhere and without asking who it is', async () => {
    const site = createSite({
      handler: {
        authenticate: () => {
          throw new Error('asked')
        },
      },
    })
    const { streamId, channelId } = await site.open()
    const signed = await site.control.signTestWebhook(
      site.control.goLive(channelId),
      'http://localhost/api/streaming/webhooks/memory',
    )
    signed.headers.set('origin', 'https://provider.example')
    signed.headers.set('sec-fetch-site', 'cross-site')
    const answer = await site.handler(signed)
    expect([answer.status, await answer.json()]).toEqual([200, { received: true }])
    expect((await site.streaming.getStream(streamId)).status).toBe('live')
    const unknown = await site.call('POST', '/webhooks/ghost', { body: {} })
    expect(unknown.status).toBe(404)
  })

  it('answers a deletion the second time as the first', async () => {
    const site = createSite()
    const { streamId } = await site.open()
    for (let round = 0; round < 2; round++)
      expect((await site.call('DELETE', `/streams/${streamId}`, { as: 'ava' })).status).toBe(204)
  })
})
