import { generateKeyPairSync } from 'node:crypto'
import {
  BatchStartViewerSessionRevocationCommand,
  CreateChannelCommand,
  GetStreamCommand,
  ImportPlaybackKeyPairCommand,
  StartViewerSessionRevocationCommand,
} from '@aws-sdk/client-ivs'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { named, useIvsLocal } from './ivs-local.fixture.ts'
import { until } from './media/encoder.fixture.ts'

const { start } = useIvsLocal()
const keys = generateKeyPairSync('ec', { namedCurve: 'P-384' })

/** A private channel that is live, and viewers of it. */
async function liveChannel() {
  const { local, client, events } = await start()
  const publicKeyMaterial = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  await client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial }))
  const { channel } = await client.send(new CreateChannelCommand({ authorized: true }))
  const channelArn = channel?.arn ?? ''
  await local.startTestSource(channelArn)
  await until(() => named(events, 'Stream Start'), 'Stream Start')
  const url = async (viewerId: string | null, version?: unknown) => {
    const claims = {
      'aws:channel-arn': channelArn,
      ...(viewerId === null ? {} : { 'aws:viewer-id': viewerId }),
      ...(version === undefined ? {} : { 'aws:viewer-session-version': version }),
      exp: Math.floor(Date.now() / 1000) + 60,
    }
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES384' }).sign(keys.privateKey)
    return `${channel?.playbackUrl}?token=${token}`
  }
  const status = async (address: string) => (await fetch(address)).status
  /** Begins to play: the addresses that a player asks for next. */
  const watch = async (viewerId: string | null, version?: number) => {
    const master = await (await fetch(await url(viewerId, version))).text()
    const playlist = `${local.url}${/^\/v1\/playlist\S+/m.exec(master)?.[0]}`
    const segment = `${local.url}${/^\/v1\/segment\S+/m.exec(await (await fetch(playlist)).text())?.[0]}`
    return () => Promise.all([status(playlist), status(segment)])
  }
  const revoke = (viewerId: string, version?: number) =>
    client.send(
      new StartViewerSessionRevocationCommand({
        ...{ channelArn, viewerId },
        ...(version === undefined ? {} : { viewerSessionVersionsLessThanOrEqualTo: version }),
      }),
    )
  return { client, channelArn, url, status, watch, revoke }
}

describe('the revocation of a viewer', () => {
  it('ends their playback, playlists and segments alike, and nobody else’s', async () => {
    const { client, channelArn, watch, revoke } = await liveChannel()
    const [vic, sam, anybody] = [await watch('vic', 7), await watch('sam', 7), await watch(null)]
    expect(await vic()).toEqual([200, 200])
    await revoke('vic', 7)
    expect(await vic()).toEqual([403, 403])
    expect(await sam()).toEqual([200, 200])
    expect(await anybody()).toEqual([200, 200])
    const { stream } = await client.send(new GetStreamCommand({ channelArn }))
    expect(stream?.viewerCount).toBe(2)
  })

  it('kills their tokens up to its version, and lets newer ones in', async () => {
    const { url, status, watch, revoke } = await liveChannel()
    const newer = await watch('vic', 8)
    await revoke('vic', 7)
    await revoke('vic', 3)
    for (const version of [undefined, 0, 3, 7]) {
      const response = await fetch(await url('vic', version))
      expect(response.status).toBe(403)
      expect(await response.text()).toContain('invalid_playback_auth_token')
    }
    expect(await newer()).toEqual([200, 200])
    expect(await status(await url('vic', 8))).toBe(200)
    for (const version of ['8', -1, 1.5]) expect(await status(await url('vic', version))).toBe(403)
  })

  it('without a version means tokens without one', async () => {
    const { url, status, revoke } = await liveChannel()
    await revoke('vic')
    expect(await status(await url('vic'))).toBe(403)
    expect(await status(await url('vic', 1))).toBe(200)
  })

  it('comes in batches, whose failures are listed and not thrown', async () => {
    const { client, channelArn, watch } = await liveChannel()
    const [vic, sam] = [await watch('vic', 7), await watch('sam', 7)]
    const unknown = `${channelArn}x`
    const of = (arn: string, viewerId: string) => ({
      ...{ channelArn: arn, viewerId },
      viewerSessionVersionsLessThanOrEqualTo: 7,
    })
    const { errors } = await client.send(
      new BatchStartViewerSessionRevocationCommand({
        viewerSessions: [of(channelArn, 'vic'), of(unknown, 'sam')],
      }),
    )
    expect(errors).toMatchObject([
      { channelArn: unknown, viewerId: 'sam', code: 'ResourceNotFoundException' },
    ])
    expect([await vic(), await sam()]).toEqual([
      [403, 403],
      [200, 200],
    ])
    const viewerSessions = Array.from({ length: 21 }, (_, index) => of(channelArn, `viewer-${index}`))
    const tooMany = client.send(new BatchStartViewerSessionRevocationCommand({ viewerSessions }))
    await expect(tooMany).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('is refused for a channel that is not there, for an id that is too long, and above its rate', async () => {
    const now = new Date()
    const { client } = await start({ clock: () => now, enforceRateLimits: true })
    const { channel } = await client.send(new CreateChannelCommand({ authorized: true }))
    const channelArn = channel?.arn ?? ''
    const revoke = (viewerId: string, arn = channelArn) =>
      client.send(new StartViewerSessionRevocationCommand({ channelArn: arn, viewerId }))
    await expect(revoke('vic', `${channelArn}x`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(revoke('x'.repeat(41))).rejects.toMatchObject({ name: 'ValidationException' })
    const throttled = async (calls: readonly Promise<unknown>[]) =>
      (await Promise.allSettled(calls)).filter(
        (one) => one.status === 'rejected' && one.reason.name === 'ThrottlingException',
      ).length
    expect(await throttled(Array.from({ length: 10 }, () => revoke('vic')))).toBe(2)
    const viewerSessions = [{ channelArn, viewerId: 'vic' }]
    const batch = () => client.send(new BatchStartViewerSessionRevocationCommand({ viewerSessions }))
    expect(await throttled([batch(), batch(), batch()])).toBe(1)
  })
})
