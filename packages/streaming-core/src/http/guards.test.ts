import { describe, expect, it } from 'vitest'
import { createStreaming } from '../create-streaming.ts'
import { memoryStreamStore } from '../memory-stream-store.ts'
import { createSite } from './site.fixture.ts'
import { createStreamingHandler } from './streaming-handler.ts'

const show = { title: 'Show' }

async function errorOf(answer: Response) {
  return { status: answer.status, ...(await answer.json()).error }
}

describe('an Idempotency-Key', () => {
  const create = (site: ReturnType<typeof createSite>, key: string, body: unknown = show, as = 'ava') =>
    site.call('POST', '/streams', { as, body, headers: { 'idempotency-key': key } })

  it('gives the same answer to the same body', async () => {
    const site = createSite()
    const first = await create(site, 'k1')
    const again = await create(site, 'k1')
    expect([first.status, again.status]).toEqual([201, 201])
    expect(await again.json()).toEqual(await first.json())
    expect(site.control.channelIds()).toHaveLength(1)
  })

  it('is 409 with another body, and says so', async () => {
    const site = createSite()
    await create(site, 'k1')
    expect(await errorOf(await create(site, 'k1', { title: 'Other' }))).toMatchObject({
      status: 409,
      field: 'idempotencyKey',
      message: expect.stringContaining('another input'),
    })
  })

  it('of one creator is not that of another', async () => {
    const site = createSite()
    const [ava, noa] = [await create(site, 'k1'), await create(site, 'k1', { title: 'Other' }, 'noa')]
    expect([ava.status, noa.status]).toEqual([201, 201])
    expect((await ava.json()).stream.id).not.toBe((await noa.json()).stream.id)
  })

  it.each(['', 'with space', 'x'.repeat(256)])('that is %j is 400', async (key) => {
    expect((await create(createSite(), key)).status).toBe(400)
  })

  it('is free again after the provider failed', async () => {
    const site = createSite()
    site.control.failNext('createChannel', 'after')
    const failed = await create(site, 'k1')
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '2'])
    expect((await create(site, 'k1')).status).toBe(201)
  })
})

describe('a request from another site', () => {
  const from = (headers: Record<string, string>, allowedOrigins: string[] = []) =>
    createSite({ handler: { allowedOrigins } }).call('POST', '/streams', { as: 'ava', body: show, headers })

  it.each([
    ['a browser says cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['a browser says same-site', { 'sec-fetch-site': 'same-site', origin: 'https://x.localhost' }, 403],
    ['an older browser names another origin', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a browser says same-origin', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' }, 201],
    ['a server, which says nothing', {}, 201],
  ])('%s: %j is %d', async (_, headers, status) => {
    expect((await from(headers as Record<string, string>)).status).toBe(status)
  })

  it('is taken when the platform allows its origin', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }
    expect((await from(headers, ['https://app.example'])).status).toBe(201)
  })

  it('may read', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    expect((await createSite().call('GET', '/streams', { headers })).status).toBe(200)
  })
})

describe('a failure inside', () => {
  const said: unknown[][] = []
  const logger = { info: () => {}, warn: () => {}, error: (...entry: unknown[]) => said.push(entry) }

  it('shows nothing of what went wrong, and logs it', async () => {
    said.length = 0
    const site = createSite({
      core: { access: () => Promise.reject(new Error('password=hunter2 at /srv/db.ts')) },
      handler: { logger },
    })
    const { streamId } = await site.open()
    const answer = await site.call('POST', `/streams/${streamId}/playback`, { as: 'vic' })
    expect(await errorOf(answer)).toEqual({
      status: 500,
      code: 'internal',
      message: 'Something went wrong on our side.',
    })
    expect(said).toMatchObject([['a request failed', { method: 'POST', cause: { message: /hunter2/ } }]])
  })

  it('of a provider is 503, hides what it said and asks to come back', async () => {
    const site = createSite()
    const { streamId } = await site.open()
    site.control.failNext('hostAccess', 'before')
    const answer = await site.call('GET', `/streams/${streamId}/ingest`, { as: 'ava' })
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(await errorOf(answer)).toEqual({
      status: 503,
      code: 'provider_unavailable',
      message: 'The streaming provider is not available. Try again shortly.',
    })
  })

  it('of authenticate lets nobody in', async () => {
    const site = createSite({ handler: { authenticate: () => Promise.reject(new Error('token service')) } })
    expect((await site.call('GET', '/streams')).status).toBe(500)
  })

  it('says what is not supported, as that is no secret', async () => {
    const answer = await createSite().call('POST', '/streams', { as: 'ava', body: { ...show, record: true } })
    expect(await errorOf(answer)).toMatchObject({
      status: 501,
      message: expect.stringContaining('does not record'),
    })
  })
})

describe('options that cannot work', () => {
  const { adapter, streaming } = createSite()
  const rest = { adapters: [adapter], store: memoryStreamStore(), access: () => ({ allowed: true }) as const }
  const eligibility = () => ({ eligible: true, verified: true }) as const

  it.each([
    ['authenticate', { authenticate: undefined }],
    ['maxBodyBytes', { maxBodyBytes: 0 }],
    ['maxWebhookBytes', { maxWebhookBytes: Number.NaN }],
    ['heartbeatSeconds', { heartbeatSeconds: 0 }],
  ])('of the handler are named: %s', (field, changes) => {
    const options = { authenticate: () => null, ...changes } as never
    expect(() => createStreamingHandler(streaming, options)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    )
  })

  it.each([
    ['adapters', { adapters: [] }],
    ['adapters', { adapters: [adapter, adapter] }],
    ['access', { access: undefined }],
    ['eligibility', { eligibility: undefined }],
    ['reconnectGraceSeconds', { reconnectGraceSeconds: -1 }],
    ['readyTimeoutSeconds', { readyTimeoutSeconds: Number.NaN }],
    ['creationTimeoutSeconds', { creationTimeoutSeconds: Number.POSITIVE_INFINITY }],
  ])('of streaming are named: %s', (field, changes) => {
    expect(() => createStreaming({ ...rest, eligibility, ...changes } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    )
  })
})
