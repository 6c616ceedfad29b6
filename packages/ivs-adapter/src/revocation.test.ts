import { createStreaming, memoryStreamStore } from '@stagedoor/streaming-core'
import { describe, expect, it } from 'vitest'
import { show, useFaultyIvs } from './faulty-ivs.fixture.ts'
import { ivs } from './ivs.ts'
import { until } from './local-ivs.fixture.ts'

const target = useFaultyIvs('all')
const operation = 'StartViewerSessionRevocation'
const ava = { userId: 'ava' }

/** A show that is live on the local IVS, whose clock the test moves. */
async function liveShow(streamId: string) {
  let now = Date.now()
  const own = target.adapter({ clock: () => new Date(now) })
  const channel = await own.createChannel({ ...show, streamId })
  await target.running.local.startTestSource(channel.id)
  await until(async () => (await own.getChannel(channel))?.status === 'live', 'live')
  const urlFor = async (userId: string | null, askedAt?: string) => {
    const options = askedAt === undefined ? {} : { askedAt }
    const access = await own.viewerAccess(channel, { userId }, options)
    return access.type === 'hls' ? access.url.reveal() : ''
  }
  const status = async (url: string) => (await fetch(url)).status
  /** Begins to play: answers what the player gets from then on. */
  const watch = async (userId: string | null) => {
    const master = await (await fetch(await urlFor(userId))).text()
    const playlist = `${target.running.local.url}${/^\/v1\/playlist\S+/m.exec(master)?.[0]}`
    expect(await status(playlist)).toBe(200)
    return () => status(playlist)
  }
  const { revocation } = own
  if (!revocation) throw new Error('it cannot revoke')
  target.proxy.reset()
  return {
    own,
    channel,
    revocation,
    urlFor,
    status,
    watch,
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    now: () => new Date(now),
  }
}

describe('a revocation', () => {
  it('stops who is watching, and the tokens that they hold; not others, and not new tokens', async () => {
    const { channel, revocation, urlFor, status, watch, pass, own } = await liveShow('stops')
    const held = await urlFor('vic')
    const [vic, sam, anybody] = [await watch('vic'), await watch('sam'), await watch(null)]
    pass(2)
    await revocation.revoke(channel, ['vic'])
    expect([await vic(), await sam(), await anybody()]).toEqual([403, 200, 200])
    expect(await status(held)).toBe(403)
    expect(await status(await urlFor('vic'))).toBe(403)
    pass(1)
    expect(await status(await urlFor('vic'))).toBe(200)
    expect(target.proxy.calls).toEqual([operation])
    await own.endChannel(channel)
  })

  it('ends what was asked for before it and made after it', async () => {
    const { channel, revocation, urlFor, status, pass, now, own } = await liveShow('slow-yes')
    const askedAt = now().toISOString()
    pass(1)
    await revocation.revoke(channel, ['vic'])
    pass(4)
    expect(await status(await urlFor('vic', askedAt))).toBe(403)
    expect(await status(await urlFor('vic'))).toBe(200)
    await own.endChannel(channel)
  })

  it('reaches the others when one fails, and says what failed', async () => {
    const { channel, revocation, watch, pass, own } = await liveShow('one-fails')
    const [vic, sam] = [await watch('vic'), await watch('sam')]
    pass(1)
    target.proxy.fault(operation, { kind: 'refuse', status: 403, name: 'AccessDeniedException' })
    await expect(revocation.revoke(channel, ['vic', 'sam'])).rejects.toMatchObject({
      code: 'internal',
      provider: 'ivs',
      message: expect.stringContaining('IAM'),
    })
    expect([await vic(), await sam()].sort()).toEqual([200, 403])
    await own.endChannel(channel)
  })

  it('is repeated when its answer was lost, and can be aborted', async () => {
    const { channel, revocation, watch, own } = await liveShow('lost')
    const vic = await watch('vic')
    target.proxy.fault(operation, { kind: 'lose' })
    await revocation.revoke(channel, ['vic'])
    expect(await vic()).toBe(403)
    const controller = new AbortController()
    target.proxy.fault(operation, { kind: 'hang' })
    target.proxy.calls.length = 0
    const waiting = revocation.revoke(channel, ['sam'], { signal: controller.signal })
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'aborted' })
    await until(() => target.proxy.calls.length > 0, 'the call')
    controller.abort()
    await outcome
    target.proxy.reset()
    await own.endChannel(channel)
  })

  it('is refused for a channel of another region, and is not there where playback is public', async () => {
    const own = target.adapter()
    const foreign = { id: 'arn:aws:ivs:eu-west-1:000000000000:channel/x', details: {} }
    await expect(own.revocation?.revoke(foreign, ['vic'])).rejects.toMatchObject({ code: 'invalid_input' })
    expect(ivs({ region: 'us-east-1', publicPlayback: true }).revocation).toBeUndefined()
  })
})

it('a removed viewer is stopped, and the reconciler does not spend the rate of IVS on them', async () => {
  const streaming = createStreaming({
    adapters: [target.adapter()],
    store: memoryStreamStore(),
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
  })
  const { stream } = await streaming.createStream(ava, { title: 'A show' })
  await target.running.local.startTestSource(stream.channel?.id ?? '')
  const playback = async () => {
    const answer = await streaming.getPlayback({ userId: 'vic' }, stream.id)
    return answer.allowed && answer.access.type === 'hls' ? answer.access.url.reveal() : null
  }
  const url = (await playback()) ?? ''
  await until(async () => (await fetch(url)).status === 200, 'playback')
  target.proxy.reset()
  await streaming.removeViewer(ava, stream.id, 'vic')
  expect((await fetch(url)).status).toBe(403)
  expect(await playback()).toBeNull()
  for (let run = 0; run < 5; run++) expect((await streaming.reconcile()).problems).toEqual([])
  expect(target.proxy.calls.filter((call) => call === operation)).toHaveLength(2)
  await streaming.restoreViewer(ava, stream.id, 'vic')
  await until(async () => (await fetch((await playback()) ?? '')).status === 200, 'playback once more')
  await streaming.endStream(ava, stream.id)
})
