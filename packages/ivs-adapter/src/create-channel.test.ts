import { CreateChannelCommand, GetChannelCommand, ListChannelsCommand } from '@aws-sdk/client-ivs'
import { describe, expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { ivs } from './ivs.ts'

const target = useFaultyIvs('each')

const { adapter } = target
const channels = async () => (await target.running.client.send(new ListChannelsCommand({}))).channels ?? []
const count = (operation: string) => target.proxy.calls.filter((call) => call === operation).length

describe('a new channel', () => {
  it('is private, named after its stream and tagged with its owner', async () => {
    const channel = await adapter({ namespace: 'shop' }).createChannel(show)
    const { channel: made } = await target.running.client.send(new GetChannelCommand({ arn: channel.id }))
    expect(made).toMatchObject({
      name: 'shop-s1',
      type: 'ADVANCED_HD',
      latencyMode: 'LOW',
      authorized: true,
      insecureIngest: true,
    })
    expect(made?.tags).toMatchObject({
      'stagedoor:namespace': 'shop',
      'stagedoor:streamId': 's1',
      'stagedoor:creatorId': 'ava',
    })
    expect(channel.details).toEqual({
      playbackUrl: made?.playbackUrl,
      ingestEndpoint: made?.ingestEndpoint,
      insecureIngest: 'true',
      streamKeyArn: expect.stringMatching(/^arn:aws:ivs:us-east-1:\d{12}:stream-key\//),
    })
  })

  it('follows the options: type by quality, public playback, secure ingest', async () => {
    const channelType = { sd: 'BASIC', hd: 'BASIC', fhd: 'STANDARD' } as const
    const { playbackKey: _, ...rest } = { ...target.running.options, endpoint: target.proxy.url }
    const open = ivs({ ...rest, publicPlayback: true, insecureIngest: false, channelType })
    const { id } = await open.createChannel({ ...show, quality: 'fhd' })
    const { channel } = await target.running.client.send(new GetChannelCommand({ arn: id }))
    expect(channel).toMatchObject({ type: 'STANDARD', authorized: false, insecureIngest: false })
  })

  it('is refused with a recording, before anything is made', async () => {
    await expect(adapter().createChannel({ ...show, record: true })).rejects.toMatchObject({
      code: 'unsupported',
      field: 'record',
    })
    await expect(adapter().createChannel({ ...show, streamId: 'a<b' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'streamId',
    })
    expect(target.proxy.calls).toEqual([])
  })
})

describe('a repeat', () => {
  it.each([
    ['the connection broke', { kind: 'lose' }, 20],
    ['no answer came in time', { kind: 'hang' }, 1],
    ['the answer was cut off', { kind: 'cut' }, 20],
  ] as const)('adopts the channel when %s', async (_, fault, timeoutSeconds) => {
    target.proxy.fault('CreateChannel', fault)
    const channel = await adapter({ timeoutSeconds }).createChannel(show)
    expect((await channels()).map(({ arn }) => arn)).toEqual([channel.id])
    expect(count('CreateChannel')).toBe(1)
    expect(channel.details.playbackUrl).toContain('.m3u8')
  })

  it('does not happen blindly when the service failed: it looks, finds nothing and says so', async () => {
    const failure = { kind: 'refuse', status: 500, name: 'InternalServerException' } as const
    target.proxy.fault('CreateChannel', failure)
    const error = { code: 'provider_unavailable', retryable: true }
    await expect(adapter().createChannel(show)).rejects.toMatchObject(error)
    expect(target.proxy.calls).toEqual(['ListChannels', 'CreateChannel', 'ListChannels'])
    expect((await adapter().createChannel(show)).id).toBe((await channels())[0]?.arn)
  })

  it('is left to the SDK when the call was throttled, as that made nothing', async () => {
    const throttle = { kind: 'refuse', status: 429, name: 'ThrottlingException' } as const
    target.proxy.fault('CreateChannel', throttle)
    await adapter().createChannel(show)
    expect(count('CreateChannel')).toBe(2)
    expect(await channels()).toHaveLength(1)
  })

  it('does not happen when a quota is reached', async () => {
    const quota = { kind: 'refuse', status: 402, name: 'ServiceQuotaExceededException' } as const
    target.proxy.fault('CreateChannel', { ...quota, message: 'You have reached your channel limit: 5000' })
    await expect(adapter().createChannel(show)).rejects.toMatchObject({
      code: 'internal',
      retryable: false,
      message: expect.stringMatching(/channel limit: 5000.*Service Quotas/),
    })
    expect(target.proxy.calls).toEqual(['ListChannels', 'CreateChannel'])
  })

  it('at the same moment makes one channel', async () => {
    const own = adapter()
    const made = await Promise.all([1, 2, 3, 4].map(() => own.createChannel(show)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    expect(await channels()).toHaveLength(1)
  })

  it('goes on when the one before it was aborted', async () => {
    const own = adapter()
    const controller = new AbortController()
    const first = own.createChannel(show, { signal: controller.signal })
    const second = own.createChannel(show)
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    await expect(second).resolves.toMatchObject({ details: { insecureIngest: 'true' } })
    expect(await channels()).toHaveLength(1)
  })
})

describe('several channels of one stream', () => {
  const make = (tags: Record<string, string>, authorized = true) =>
    target.running.client.send(
      new CreateChannelCommand({
        name: 'default-s1',
        authorized,
        tags: { 'stagedoor:namespace': 'default', 'stagedoor:streamId': 's1', ...tags },
      }),
    )

  it('come down to the oldest', async () => {
    await make({ 'stagedoor:createdAt': '2026-01-01T00:00:02.000Z' })
    const oldest = await make({ 'stagedoor:createdAt': '2026-01-01T00:00:01.000Z' })
    await make({ 'stagedoor:createdAt': '2026-01-01T00:00:03.000Z' })
    const channel = await adapter().createChannel(show)
    expect(channel.id).toBe(oldest.channel?.arn)
    expect((await channels()).map(({ arn }) => arn)).toEqual([oldest.channel?.arn])
    expect(count('CreateChannel')).toBe(0)
  })

  it('do not count when they are of another deployment with a name like ours', async () => {
    await make({ 'stagedoor:namespace': 'default-s' })
    await make({ 'stagedoor:streamId': '1' })
    await adapter().createChannel(show)
    expect(await channels()).toHaveLength(3)
  })

  it('are never public when private ones are asked for', async () => {
    const open = await make({}, false)
    const channel = await adapter().createChannel(show)
    expect(channel.id).not.toBe(open.channel?.arn)
    expect((await channels()).map(({ authorized }) => authorized)).toEqual([true])
  })
})
