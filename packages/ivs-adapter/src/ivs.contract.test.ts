import type { Channel, StreamingAdapter } from '@stagedoor/streaming-core'
import { describeStreamingAdapter } from '@stagedoor/streaming-core/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { ivs } from './ivs.ts'
import { type LocalIvs, startLocalIvs, until, webhookSecret } from './local-ivs.fixture.ts'
import { signTestWebhook } from './webhook.ts'

let running: LocalIvs

beforeAll(async () => {
  running = await startLocalIvs()
})
afterAll(() => running.close())

const state = async (adapter: StreamingAdapter, channel: Channel) =>
  (await adapter.getChannel(channel))?.status

const event = (channel: Channel, detailType: string) => ({
  version: '0',
  id: 'c7c9f8b2-0000-4000-8000-000000000001',
  'detail-type': detailType,
  source: 'aws.ivs',
  account: '000000000000',
  time: '2026-06-23T20:12:36Z',
  region: 'us-east-1',
  resources: [channel.id],
  detail: { event_name: 'Stream Start', channel_name: 'x', stream_id: 'st-1A1b2c3D4e5F6a7B8c9D0e1' },
})

describeStreamingAdapter(
  { describe, it },
  {
    name: 'ivs, against ivs-local',
    createAdapter: () => ivs(running.options),
    media: {
      start: async (adapter, channel) => {
        await running.local.startTestSource(channel.id)
        await until(async () => (await state(adapter, channel)) === 'live', 'going live')
      },
      stop: async (adapter, channel) => {
        running.local.stopTestSource(channel.id)
        await until(async () => (await state(adapter, channel)) === 'offline', 'going offline')
      },
    },
    webhooks: {
      valid: async (_, channel) =>
        signTestWebhook({ event: event(channel, 'IVS Stream State Change'), secret: webhookSecret }),
      forged: async (_, channel) =>
        signTestWebhook({
          event: event(channel, 'IVS Stream State Change'),
          secret: 'a-secret-that-is-wrong',
        }),
      unknownType: async (_, channel) =>
        signTestWebhook({ event: event(channel, 'IVS Galaxy Change'), secret: webhookSecret }),
    },
  },
)
