import { inspect } from 'node:util'
import type { HostAccess, ViewerAccess } from '@stagedoor/streaming-core'
import { AccessToken } from 'livekit-server-sdk'
import { expect, it } from 'vitest'
import { livekit } from './livekit.ts'
import { webhookRequest } from './livekit-server.fixture.ts'
import { startWorkers } from './workers.fixture.ts'

it('no key, token or stream key is in anything that is logged, thrown, stored or listed', async () => {
  const workers = await startWorkers()
  const seen: unknown[] = []
  const keep = <Value>(value: Value): Value => {
    seen.push(value)
    return value
  }
  const log = (...line: unknown[]) => void seen.push(line)
  const s3Secret = 'secret-of-the-bucket'
  const recordings = {
    bucket: 'shows',
    region: 'eu-central-1',
    accessKeyId: 'AK',
    secretAccessKey: s3Secret,
    url: async (key: string) => ({ url: `https://cdn.example/${key}?signed-url`, expiresAt: '2026-01-01' }),
  }
  const logger = { info: log, warn: log, error: log }
  const adapter = keep(livekit({ ...workers.options, ingress: true, recordings, logger }))
  const secrets = [workers.options.apiSecret, s3Secret, 'signed-url']
  const secretOf = (access: HostAccess | ViewerAccess | undefined) => {
    if (access?.type === 'rtmps') secrets.push(access.streamKey.reveal())
    if (access?.type === 'webrtc') secrets.push(access.token.reveal())
  }
  const input = { streamId: 's1', creatorId: 'ava', title: 'A show', quality: 'hd', record: true } as const
  const obs = keep(await adapter.createChannel({ ...input, publishing: 'obs' }))
  const browser = keep(await adapter.createChannel({ ...input, streamId: 's2', publishing: 'browser' }))
  for (const channel of [obs, browser]) secretOf(keep(await adapter.hostAccess(channel, { userId: 'ava' })))
  secretOf(keep(await adapter.keyRotation?.rotate(obs, { userId: 'ava' })))
  secretOf(keep(await adapter.viewerAccess(browser, { userId: 'vic' })))
  workers.record('EG_1', 60, 100)
  const recorded = keep(await adapter.recording?.list(obs))
  for (const file of recorded?.items ?? []) keep(await adapter.recording?.play(file))
  for await (const state of adapter.listChannels()) keep(state)

  const body = JSON.stringify({ event: 'track_published', id: 'EV_1', room: { name: browser.id } })
  const forged = await new AccessToken('devkey', 'another-secret-of-at-least-32-characters', {
    ttl: 60,
  }).toJwt()
  secrets.push(forged)
  const thrown = (error: unknown) => keep(error)
  await adapter.receiveWebhook(webhookRequest({ body, authorization: forged })).catch(thrown)
  await workers.close()
  await adapter.getChannel(browser).catch(thrown)
  await adapter.hostAccess(obs, { userId: 'ava' }).catch(thrown)
  await adapter.createChannel({ ...input, streamId: 's3', publishing: 'obs' }).catch(thrown)

  const printed = seen.flatMap((value) => [
    inspect(value, { depth: 12, showHidden: true }),
    JSON.stringify(value),
    value instanceof Error ? `${value.message} ${value.stack}` : '',
  ])
  expect(seen.filter((value) => value instanceof Error)).toHaveLength(4)
  expect(new Set(secrets).size).toBe(8)
  for (const secret of secrets) expect(printed.join('\n').includes(secret), secret.slice(0, 9)).toBe(false)
})
