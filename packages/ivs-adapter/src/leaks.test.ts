import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { until, webhookSecret } from './local-ivs.fixture.ts'
import { signTestWebhook } from './webhook.ts'

const target = useFaultyIvs('all')

it('no stream key, token or private key is in anything that is logged, thrown, stored or listed', async () => {
  const seen: unknown[] = []
  const secrets: string[] = [webhookSecret]
  const keep = <Value>(value: Value): Value => {
    seen.push(value)
    return value
  }
  const own = keep(target.adapter({ timeoutSeconds: 2 }))
  const host = { userId: 'ava' }

  target.proxy.fault('CreateChannel', { kind: 'cut' })
  const channel = keep(await own.createChannel(show))
  const key = keep(await own.hostAccess(channel, host))
  if (key.type === 'rtmps') secrets.push(key.streamKey.reveal())
  const rotated = keep(await own.keyRotation?.rotate(channel, host))
  if (rotated?.type === 'rtmps') secrets.push(rotated.streamKey.reveal())
  const access = keep(await own.viewerAccess(channel, { userId: 'vic' }))
  if (access.type === 'hls') secrets.push(new URL(access.url.reveal()).searchParams.get('token') ?? '')
  const privateKey = target.running.options.playbackKey?.privateKey
  if (typeof privateKey === 'object') secrets.push(privateKey.reveal().split('\n')[1] ?? '')

  await target.running.local.startTestSource(channel.id)
  await until(async () => keep(await own.getChannel(channel))?.status === 'live', 'live')
  for await (const state of own.listChannels()) keep(state)
  for (const kind of ['cut', 'lose', 'hang'] as const) {
    target.proxy.fault('ListStreamKeys', { kind }, { kind }, { kind })
    target.proxy.fault('GetStreamKey', { kind }, { kind }, { kind })
    keep(await own.hostAccess(channel, host).catch((error: unknown) => error))
    target.proxy.reset()
  }
  for (const event of target.running.events) {
    keep(event)
    keep(await own.receiveWebhook(signTestWebhook({ event, secret: webhookSecret })))
    const forged = signTestWebhook({ event, secret: 'something-else-entirely' })
    keep(await own.receiveWebhook(forged).catch((error: unknown) => error))
  }
  await own.endChannel(channel)

  const printed = [
    ...target.running.logged,
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
