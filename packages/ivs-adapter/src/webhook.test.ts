import { isStreamingError, redacted } from '@stagedoor/streaming-core'
import { describe, expect, it } from 'vitest'
import { eventFixture, eventText } from './fixtures.fixture.ts'
import { ivs } from './ivs.ts'
import type { IvsOptions } from './ivs-options.ts'
import { startLocalIvs, until } from './local-ivs.fixture.ts'
import { signTestWebhook } from './webhook.ts'

const secret = 'the-secret-of-the-webhook'
const event = eventFixture('stream-start')
const adapter = (options: Partial<IvsOptions> = {}) => {
  return ivs({ region: 'us-east-1', publicPlayback: true, webhookSecret: secret, ...options })
}
const refusal = async (request: Request, options?: Partial<IvsOptions>) => {
  const error: unknown = await adapter(options)
    .receiveWebhook(request)
    .catch((thrown: unknown) => thrown)
  if (isStreamingError(error)) return `${error.code}: ${error.message}`
  throw new Error(`no StreamingError: ${JSON.stringify(error)}`)
}
const raw = (body: string | ReadableStream<Uint8Array> | null) =>
  new Request('http://localhost/webhooks/ivs', {
    method: 'POST',
    body,
    headers: { 'x-webhook-secret': secret },
    ...(typeof body === 'object' ? { duplex: 'half' } : {}),
  })

describe('a webhook', () => {
  it('with the secret is taken', async () => {
    const events = await adapter().receiveWebhook(signTestWebhook({ event, secret }))
    expect(events).toMatchObject([{ type: 'session.started', id: event.id }])
  })

  it('may carry any of several secrets, while one is being changed, in a header of any name', async () => {
    const options = {
      webhookSecret: [redacted('the-secret-of-last-year'), secret],
      webhookHeader: 'X-Api-Key',
    }
    for (const used of ['the-secret-of-last-year', redacted(secret)]) {
      const request = signTestWebhook({ event, secret: used, header: 'x-api-key' })
      expect(await adapter(options).receiveWebhook(request)).toHaveLength(1)
    }
  })

  it.each([
    [
      'without the secret',
      new Request('http://localhost', { method: 'POST', body: eventText('stream-start') }),
    ],
    ['with a wrong one', signTestWebhook({ event, secret: 'the-secret-of-the-webhooK' })],
    ['with a part of it', signTestWebhook({ event, secret: secret.slice(0, -1) })],
    ['with the secret in another header', signTestWebhook({ event, secret, header: 'x-other' })],
  ])('%s is refused, and its body is not read', async (_, request) => {
    expect(await refusal(request)).toBe(
      'webhook_invalid: The header x-webhook-secret does not carry the webhook secret.',
    )
    expect(request.bodyUsed).toBe(false)
  })

  it('is refused while no secret is configured', async () => {
    const bare = ivs({ region: 'us-east-1', publicPlayback: true })
    const request = signTestWebhook({ event, secret: '' })
    await expect(bare.receiveWebhook(request)).rejects.toMatchObject({ code: 'webhook_invalid' })
  })

  it.each([
    ['of another source', { source: 'aws.ec2' }, 'aws.ivs'],
    ['of another region', { region: 'eu-west-1' }, 'eu-west-1'],
    ['of another account', { account: '999999999999' }, '999999999999'],
    ['without an id', { id: '' }, 'id is missing or malformed'],
    ['without a time', { time: 'yesterday' }, 'time is missing or malformed'],
  ])('%s is refused', async (_, change, why) => {
    const request = signTestWebhook({ event: { ...event, ...change }, secret })
    const message = await refusal(request, { webhookAccount: '123456789012' })
    expect(message).toMatch(/^webhook_invalid: /)
    expect(message).toContain(why)
  })

  it.each([
    ['is not JSON', '{"id":'],
    ['is no object', '[]'],
    ['is empty', ''],
  ])('is refused when its body %s', async (_, body) => {
    expect(await refusal(raw(body))).toMatch(/^webhook_invalid: The body is n/)
  })

  it('is cut off when it is too large, however it comes', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent++
        controller.enqueue(new Uint8Array(64 * 1024))
      },
    })
    expect(await refusal(raw(endless))).toMatch(/^payload_too_large: /)
    expect(sent).toBeLessThan(20)
  })

  it('about a quota of the account goes to the log', async () => {
    const lines: string[] = []
    const silent = () => {}
    const logger = { info: silent, warn: silent, error: (line: string) => void lines.push(line) }
    const request = signTestWebhook({ event: eventFixture('limit-concurrent-viewers'), secret })
    expect(await adapter({ logger }).receiveWebhook(request)).toEqual([])
    expect(lines).toEqual([
      expect.stringContaining('Concurrent Viewers is above its limit of 15000 viewers by 1.'),
    ])
  })
})

it('the events of a real show come out as its life', async () => {
  const running = await startLocalIvs()
  try {
    const own = ivs(running.options)
    const input = {
      streamId: 's1',
      creatorId: 'ava',
      title: 'A show',
      quality: 'hd',
      publishing: 'obs',
      record: false,
    } as const
    const channel = await own.createChannel(input)
    await running.local.startTestSource(channel.id)
    const sent = (name: string) => running.events.find(({ detail }) => detail.event_name === name)
    await until(() => sent('Stream Start'), 'the start')
    running.local.stopTestSource(channel.id)
    await until(() => sent('Session Ended'), 'the end')
    const types: string[] = []
    for (const each of running.events) {
      const webhookSecret = String(running.options.webhookSecret)
      const mapped = await own.receiveWebhook(signTestWebhook({ event: each, secret: webhookSecret }))
      for (const { type, channelId } of mapped) types.push(`${type} ${channelId === channel.id}`)
    }
    expect(types).toEqual(['session.started true', 'session.ended true'])
  } finally {
    await running.close()
  }
})
