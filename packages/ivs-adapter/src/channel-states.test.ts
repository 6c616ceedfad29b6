import { spawn } from 'node:child_process'
import { CreateChannelCommand } from '@aws-sdk/client-ivs'
import type { ChannelState, StreamingAdapter } from '@stagedoor/streaming-core'
import { describe, expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { until } from './local-ivs.fixture.ts'
import { toSession, toStreamState } from './map-stream.ts'

const target = useFaultyIvs('all')

const adapter = (namespace: string) => target.adapter({ namespace })
async function all(own: StreamingAdapter): Promise<ChannelState[]> {
  const states: ChannelState[] = []
  for await (const state of own.listChannels()) states.push(state)
  return states
}

describe('the list of channels', () => {
  it('has every channel of this deployment and none of others, in few calls', async () => {
    const own = adapter('many')
    for (let index = 0; index < 150; index++) {
      const tags = { 'stagedoor:namespace': 'many', 'stagedoor:streamId': `s${index}` }
      await target.running.client.send(new CreateChannelCommand({ name: `many-s${index}`, tags }))
    }
    await target.running.client.send(new CreateChannelCommand({ name: 'many-s0' }))
    await adapter('other').createChannel({ ...show, streamId: 's0' })
    target.proxy.reset()
    const states = await all(own)
    expect(new Set(states.map(({ streamId }) => streamId)).size).toBe(150)
    expect(states).toHaveLength(150)
    expect(target.proxy.calls).toEqual(['ListStreams', 'ListChannels', 'ListChannels'])
  })

  it('throws rather than leave channels out', async () => {
    const denied = { kind: 'refuse', status: 403, name: 'AccessDeniedException' } as const
    target.proxy.fault('ListChannels', denied)
    await expect(all(adapter('many'))).rejects.toMatchObject({ code: 'internal' })
  })

  it('tells the session and viewers of a live channel', async () => {
    const own = adapter('live')
    const channel = await own.createChannel({ ...show, streamId: 's1' })
    await target.running.local.startTestSource(channel.id)
    const state = await until(async () => (await all(own)).find(({ status }) => status === 'live'), 'live')
    expect(state).toEqual({
      channel: { id: channel.id, details: {} },
      streamId: 's1',
      status: 'live',
      viewers: 0,
      session: { id: expect.stringMatching(/^st-/), startedAt: expect.stringMatching(/Z$/) },
    })
    await own.endChannel(channel)
  })
})

describe('one channel', () => {
  it('is what IVS says, with the stored key’s ARN', async () => {
    const own = adapter('one')
    const channel = await own.createChannel({ ...show, streamId: 's1' })
    const offline = { channel, streamId: 's1', status: 'offline', viewers: 0, session: null }
    expect(await own.getChannel(channel)).toEqual(offline)
  })

  it('has had no session when an encoder was refused for how it is set up', async () => {
    const own = adapter('refused')
    const channel = await own.createChannel(show)
    const access = await own.hostAccess(channel, { userId: 'ava' })
    const key = access.type === 'rtmps' ? access.streamKey.reveal() : ''
    const codecs = ['-c:v', 'flv1', '-an']
    const picture = ['-f', 'lavfi', '-i', 'color=s=160x90:r=10']
    const encoder = spawn('ffmpeg', [
      '-loglevel',
      'quiet',
      '-re',
      ...picture,
      ...codecs,
      '-f',
      'flv',
      `${access.url}${key}`,
    ])
    const names = () =>
      target.running.events
        .filter(({ resources }) => resources.includes(channel.id))
        .map(({ detail }) => detail.event_name)
    await until(() => names().includes('Session Ended'), 'the refusal').finally(() => encoder.kill())
    expect(names()).toContain('Session Created')
    expect(names()).not.toContain('Stream Start')
    expect(await own.getChannel(channel)).toMatchObject({ status: 'offline', session: null })
  })

  it('of somebody else names no stream', async () => {
    const channel = await adapter('theirs').createChannel({ ...show, streamId: 's1' })
    expect(await adapter('ours').getChannel(channel)).toMatchObject({ streamId: null })
  })
})

it('a channel of another region is an error and not a channel that is gone', async () => {
  const elsewhere = { id: 'arn:aws:ivs:eu-west-1:000000000000:channel/abcdefgh1234', details: {} }
  const error = { code: 'invalid_input', message: expect.stringMatching(/eu-west-1.*us-east-1/) }
  await expect(adapter('one').getChannel(elsewhere)).rejects.toMatchObject(error)
  await expect(adapter('one').endChannel(elsewhere)).rejects.toMatchObject(error)
  await expect(adapter('one').endChannel({ id: 'x', details: {} })).rejects.toMatchObject({
    message: expect.stringContaining('not the ARN'),
  })
})

describe('a stream of IVS', () => {
  const stream = { channelArn: 'arn', streamId: 'st-1', startTime: new Date('2026-01-01T00:00:00Z') }

  it.each([
    ['HEALTHY', 'live'],
    ['UNKNOWN', 'live'],
    ['STARVING', 'interrupted'],
    [undefined, 'live'],
  ])('that is %s is %s', (health, status) => {
    expect(toStreamState({ ...stream, ...(health ? { health } : {}) }).status).toBe(status)
  })

  it.each([
    [7, 7],
    [0, 0],
    [-1, null],
    [undefined, null],
  ])('with a viewer count of %s has %s viewers', (viewerCount, viewers) => {
    expect(toStreamState({ ...stream, ...(viewerCount === undefined ? {} : { viewerCount }) }).viewers).toBe(
      viewers,
    )
  })

  it('is a past session with its end, and none when it never went live', () => {
    const endTime = new Date('2026-01-01T01:00:00Z')
    const session = { streamId: 'st-1', startTime: stream.startTime, endTime }
    const past = { id: 'st-1', startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T01:00:00.000Z' }
    expect(toSession(session)).toEqual(past)
    const events = (...names: string[]) => ({ ...session, truncatedEvents: names.map((name) => ({ name })) })
    expect(toSession(events('Stream End', 'Stream Start', 'Session Created'))).toEqual(past)
    expect(toSession(events('Session Ended', 'Session Created'))).toBeNull()
    expect(toSession({ streamId: 'st-1', startTime: null, endTime: null })).toEqual({ id: 'st-1' })
  })
})
