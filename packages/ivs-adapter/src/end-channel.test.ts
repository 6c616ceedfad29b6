import { createTestSource } from '@stagedoor/ivs-local'
import { expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { until } from './local-ivs.fixture.ts'

const target = useFaultyIvs('each')

const { adapter } = target

it('takes one call for a channel that is not live', async () => {
  const channel = await adapter().createChannel(show)
  target.proxy.calls.length = 0
  await adapter().endChannel(channel)
  expect(target.proxy.calls).toEqual(['DeleteChannel'])
})

it('takes the key away before it stops the stream, so that the encoder cannot come back', async () => {
  const own = adapter()
  const channel = await own.createChannel(show)
  const access = await own.hostAccess(channel, { userId: 'ava' })
  const streamKey = access.type === 'rtmps' ? access.streamKey.reveal() : ''
  let refused = false
  const push = () => createTestSource({ url: access.url, streamKey, onEnd: () => void again() })
  const again = async () => {
    await push()
      .start()
      .catch(() => {
        refused = true
      })
  }
  await push().start()
  await until(async () => (await own.getChannel(channel))?.status === 'live', 'going live')
  target.proxy.calls.length = 0
  await own.endChannel(channel)
  expect(target.proxy.calls.slice(0, 4)).toEqual([
    'DeleteChannel',
    'ListStreamKeys',
    'DeleteStreamKey',
    'StopStream',
  ])
  expect(target.proxy.calls.at(-1)).toBe('DeleteChannel')
  expect(await own.getChannel(channel)).toBeNull()
  await until(() => refused, 'the refusal of the encoder that came back')
})

it('finishes what a crash left half done', async () => {
  const channel = await adapter().createChannel(show)
  await target.running.local.startTestSource(channel.id)
  const crash = { kind: 'refuse', status: 403, name: 'AccessDeniedException' } as const
  target.proxy.fault('StopStream', crash)
  await expect(adapter().endChannel(channel)).rejects.toMatchObject({ code: 'internal' })
  await adapter().endChannel(channel)
  expect(await adapter().getChannel(channel)).toBeNull()
})

it('waits through conflicts, and takes StreamUnavailable for an end', async () => {
  const channel = await adapter().createChannel(show)
  const conflict = { kind: 'refuse', status: 409, name: 'ConflictException' } as const
  const unavailable = { kind: 'refuse', status: 503, name: 'StreamUnavailable' } as const
  target.proxy.fault('DeleteChannel', conflict, conflict)
  target.proxy.fault('StopStream', unavailable, unavailable, unavailable)
  await adapter().endChannel(channel)
  expect(await adapter().getChannel(channel)).toBeNull()
})

it('gives up in time and says that a repeat may help', async () => {
  const channel = await adapter().createChannel(show)
  const conflict = { kind: 'refuse', status: 409, name: 'ConflictException' } as const
  target.proxy.fault('DeleteChannel', conflict, conflict)
  await expect(adapter({ offlineTimeoutSeconds: 0 }).endChannel(channel)).rejects.toMatchObject({
    code: 'provider_unavailable',
    retryable: true,
    message: expect.stringContaining('not offline after 0 seconds'),
  })
})

it('is aborted while it waits', async () => {
  const channel = await adapter().createChannel(show)
  const conflict = { kind: 'refuse', status: 409, name: 'ConflictException' } as const
  target.proxy.fault('DeleteChannel', conflict, conflict, conflict)
  const controller = new AbortController()
  const ending = adapter().endChannel(channel, controller)
  const settled = expect(ending).rejects.toMatchObject({ code: 'aborted' })
  const deletions = () => target.proxy.calls.filter((call) => call === 'DeleteChannel').length
  await until(() => deletions() === 2, 'the second try')
  controller.abort()
  await settled
  expect(deletions()).toBe(2)
})
