import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.fixture.ts'
import { ivs } from './ivs.ts'
import { type LocalIvs, startLocalIvs, until, webhookSecret } from './local-ivs.fixture.ts'
import { signTestWebhook } from './webhook.ts'

let running: LocalIvs
let proxy: FaultyProxy
beforeAll(async () => {
  running = await startLocalIvs()
  proxy = await startFaultyProxy(running.local.url)
})
afterAll(async () => {
  await proxy.close()
  await running.close()
})

it('no stream key, token or private key is in anything that is logged, thrown, stored or listed', async () => {
  const seen: unknown[] = []
  const secrets: string[] = [webhookSecret]
  const keep = <Value>(value: Value): Value => {
    seen.push(value)
    return value
  }
  const own = keep(ivs({ ...running.options, endpoint: proxy.url, timeoutSeconds: 2 }))
  const input = { streamId: 's1', creatorId: 'ava', title: 'A show', quality: 'hd', record: false } as const
  const host = { userId: 'ava' }

  proxy.fault('CreateChannel', { kind: 'cut' })
  const channel = keep(await own.createChannel(input))
  const key = keep(await own.hostAccess(channel, host))
  if (key.type === 'rtmps') secrets.push(key.streamKey.reveal())
  const rotated = keep(await own.keyRotation?.rotate(channel, host))
  if (rotated?.type === 'rtmps') secrets.push(rotated.streamKey.reveal())
  const access = keep(await own.viewerAccess(channel, { userId: 'vic' }))
  if (access.type === 'hls') secrets.push(new URL(access.url.reveal()).searchParams.get('token') ?? '')
  const privateKey = running.options.playbackKey?.privateKey
  if (typeof privateKey === 'object') secrets.push(privateKey.reveal().split('\n')[1] ?? '')

  await running.local.startTestSource(channel.id)
  await until(async () => keep(await own.getChannel(channel))?.status === 'live', 'live')
  for await (const state of own.listChannels()) keep(state)
  for (const kind of ['cut', 'lose', 'hang'] as const) {
    proxy.fault('ListStreamKeys', { kind }, { kind }, { kind })
    proxy.fault('GetStreamKey', { kind }, { kind }, { kind })
    keep(await own.hostAccess(channel, host).catch((error: unknown) => error))
    proxy.reset()
  }
  for (const event of running.events) {
    keep(event)
    keep(await own.receiveWebhook(signTestWebhook({ event, secret: webhookSecret })))
    const forged = signTestWebhook({ event, secret: 'something-else-entirely' })
    keep(await own.receiveWebhook(forged).catch((error: unknown) => error))
  }
  await own.endChannel(channel)

  const printed = [
    ...running.logged,
    ...seen.map((value) => inspect(value, { depth: 12, showHidden: true })),
    ...seen.map((value) => JSON.stringify(value)),
    ...seen.map((value) => (value instanceof Error ? `${value.message} ${value.stack}` : '')),
  ].join('\n')
  expect(seen.filter((value) => value instanceof Error).length).toBeGreaterThan(3)
  expect(new Set(secrets).size).toBe(5)
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThanOrEqual(16)
    expect(printed.includes(secret)).toBe(false)
  }
})
