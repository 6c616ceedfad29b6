import type { Channel, StreamingAdapter } from '@stagedoor/streaming-core'
import { describeStreamingAdapter } from '@stagedoor/streaming-core/testing'
import { AccessToken } from 'livekit-server-sdk'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openStudio, type Studio } from './browser.fixture.ts'
import { livekit } from './livekit.ts'
import { keys, type LivekitServer, startLivekitServer, webhookRequest } from './livekit-server.fixture.ts'
import { waitFor } from './wait-for.fixture.ts'

let server: LivekitServer
let studio: Studio
const publishers = new Map<string, Page>()

beforeAll(async () => {
  server = await startLivekitServer()
  studio = await openStudio()
}, 60_000)

afterAll(async () => {
  await studio?.close()
  await server?.close()
})

async function stateIs(adapter: StreamingAdapter, channel: Channel, status: string): Promise<void> {
  await waitFor(
    async () => (await adapter.getChannel(channel))?.status === status,
    `${channel.id} to be ${status}`,
  )
}

/** A webhook as LiveKit signs it. */
async function signed(event: object, secret = keys.apiSecret): Promise<Request> {
  const body = JSON.stringify(event)
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
  const token = new AccessToken(keys.apiKey, secret, { ttl: 300 })
  token.sha256 = Buffer.from(digest).toString('base64')
  return webhookRequest({ body, authorization: await token.toJwt() })
}

const joined = (channel: Channel, event: string) => ({
  event,
  id: 'EV_1',
  createdAt: '1767225600',
  room: { name: channel.id },
  participant: { sid: 'PA_1', identity: 'viewer:vic:1' },
})

describeStreamingAdapter(
  { describe, it: (name, body) => it(name, body, 90_000) },
  {
    name: 'livekit() on a real livekit-server',
    publishing: 'browser',
    forgetsSessions: true,
    createAdapter: () => livekit(server.options),
    media: {
      start: async (adapter, channel) => {
        const access = await adapter.hostAccess(channel, { userId: 'ava' })
        if (access.type !== 'webrtc') throw new Error('A browser needs a token.')
        publishers.set(channel.id, await studio.publish({ url: access.url, token: access.token.reveal() }))
        await stateIs(adapter, channel, 'live')
      },
      stop: async (adapter, channel) => {
        await publishers.get(channel.id)?.evaluate('window.room.disconnect()')
        await stateIs(adapter, channel, 'offline')
      },
    },
    webhooks: {
      valid: (_, channel) => signed(joined(channel, 'participant_joined')),
      forged: (_, channel) =>
        signed(joined(channel, 'participant_joined'), 'another-secret-of-at-least-32-characters'),
      unknownType: (_, channel) => signed(joined(channel, 'room_redecorated')),
    },
  },
)
