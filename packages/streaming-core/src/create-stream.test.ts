import { describe, expect, it } from 'vitest'
import { createStreaming } from './create-streaming.ts'
import { startProcess } from './faulty-process.fixture.ts'
import { createPlatform } from './platform.fixture.ts'
import { sampleStream } from './testing/index.ts'

const ava = { userId: 'ava' }
const show = { title: 'Show' }

const outcomes = async (work: readonly Promise<{ stream: { id: string } }>[]) => {
  const results = await Promise.allSettled(work)
  return results.map((result) =>
    result.status === 'fulfilled' ? result.value.stream.id : String(result.reason.code),
  )
}

describe('opening a stream', () => {
  it('makes a channel and keeps the decision and every default', async () => {
    const { streaming, control } = createPlatform({ generateId: () => 'show-1' })
    const { stream, decision } = await streaming.createStream(ava, { title: '  A show ' })
    expect(stream).toMatchObject({
      id: 'show-1',
      creatorId: 'ava',
      title: 'A show',
      status: 'ready',
      adapterId: 'memory',
      delivery: 'hls',
      quality: 'hd',
      access: {},
      recording: false,
      budget: null,
      viewers: { current: 0, peak: 0 },
      session: null,
    })
    expect(stream.decision).toEqual(decision)
    expect(control.channelIds()).toEqual([stream.channel?.id])
  })

  it('lets one of 50 calls at once win, and tells the others which stream is open', async () => {
    const { streaming, control } = createPlatform()
    const answers = await outcomes(Array.from({ length: 50 }, () => streaming.createStream(ava, show)))
    expect(answers.filter((answer) => answer === 'conflict')).toHaveLength(49)
    expect(control.channelIds()).toHaveLength(1)
    const winner = answers.find((answer) => answer !== 'conflict') ?? ''
    await expect(streaming.createStream(ava, show)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(winner),
    })
  })

  it('refuses a creator who may not go live, with the platform’s words', async () => {
    const { streaming, store } = createPlatform({
      eligibility: () => ({ eligible: false, reason: 'Confirm your e-mail address first.' }),
    })
    const opening = streaming.createStream(ava, show)
    await expect(opening).rejects.toMatchObject({
      code: 'forbidden',
      message: 'Confirm your e-mail address first.',
    })
    expect(await store.list({ limit: 1 })).toEqual([])
  })

  it('takes only an explicit yes for eligibility', async () => {
    const unclear = JSON.parse('{ "eligible": "yes", "verified": true }')
    const { streaming, control } = createPlatform({ eligibility: () => unclear })
    await expect(streaming.createStream(ava, show)).rejects.toMatchObject({ code: 'forbidden' })
    expect(control.channelIds()).toEqual([])
  })

  it.each(['before', 'after'] as const)(
    'fails when the provider fails %s it made the channel, and frees the creator',
    async (when) => {
      const { streaming, store, control } = createPlatform()
      control.failNext('createChannel', when)
      await expect(streaming.createStream(ava, show)).rejects.toMatchObject({ code: 'provider_unavailable' })
      const [failed] = await store.list({ limit: 1 })
      expect(failed).toMatchObject({ status: 'failed', channel: null })
      await streaming.createStream(ava, show)
      await streaming.reconcile()
      expect(control.channelIds()).toHaveLength(1)
    },
  )

  it('tells the public that a channel could not be made, and only the log what the provider said', async () => {
    const said: unknown[] = []
    const note = (...entry: unknown[]) => said.push(entry)
    const platform = createPlatform({ logger: { info: note, warn: note, error: note } })
    platform.control.failNext('createChannel', 'before')
    await expect(platform.streaming.createStream(ava, show)).rejects.toThrow()
    const [failed] = await platform.store.list({ limit: 1 })
    const log = await platform.streaming.listEvents(failed?.id ?? '', 0)
    expect(JSON.stringify([failed, log])).not.toContain('was told to fail')
    expect(failed?.endReason).toBe('The channel could not be made.')
    expect(said.map(String).join()).not.toBe('')
  })

  it('deletes the channel at once when the stream ended while it was made', async () => {
    const platform = createPlatform()
    const { adapter, store, control } = platform
    const slow = createStreaming({
      adapters: [
        {
          ...adapter,
          createChannel: async (input, options) => {
            const channel = await adapter.createChannel(input, options)
            await platform.streaming.endStream(ava, input.streamId)
            return channel
          },
        },
      ],
      store,
      access: () => ({ allowed: true }),
      eligibility: () => ({ eligible: true, verified: true }),
    })
    await expect(slow.createStream(ava, show)).rejects.toMatchObject({ code: 'conflict' })
    expect(control.channelIds()).toEqual([])
    expect((await store.list({ limit: 1 }))[0]).toMatchObject({ status: 'ended', channel: null })
  })

  it('refuses an id that could not be asked for again', async () => {
    const { streaming, store } = createPlatform({ generateId: () => 'show/1' })
    await expect(streaming.createStream(ava, show)).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('generateId'),
    })
    expect(await store.list({ limit: 1 })).toEqual([])
  })

  it('never hands out somebody else’s stream when an id comes twice', async () => {
    const { streaming } = createPlatform({ generateId: () => 'same' })
    await streaming.createStream(ava, show)
    await expect(streaming.createStream({ userId: 'noa' }, show)).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('an idempotency key', () => {
  const keyed = (idempotencyKey: string) => ({ idempotencyKey })

  it('answers the same stream to the same input, whatever the order of its fields', async () => {
    const { streaming, control } = createPlatform()
    const input = { title: 'Show', access: { audience: 'fans', tier: 2 } }
    const again = { access: { tier: 2, audience: 'fans' }, title: 'Show' }
    const first = await streaming.createStream(ava, input, keyed('k1'))
    expect((await streaming.createStream(ava, again, keyed('k1'))).stream.id).toBe(first.stream.id)
    expect(control.channelIds()).toHaveLength(1)
  })

  it('is a conflict with another input, and belongs to one creator', async () => {
    const { streaming } = createPlatform()
    const first = await streaming.createStream(ava, show, keyed('k1'))
    await expect(streaming.createStream(ava, { title: 'Other' }, keyed('k1'))).rejects.toMatchObject({
      code: 'conflict',
      field: 'idempotencyKey',
    })
    const other = await streaming.createStream({ userId: 'noa' }, { title: 'Other' }, keyed('k1'))
    expect(other.stream.id).not.toBe(first.stream.id)
  })

  it('makes one stream of 50 calls at once', async () => {
    const { streaming, control } = createPlatform()
    const answers = await outcomes(
      Array.from({ length: 50 }, () => streaming.createStream(ava, show, keyed('k1'))),
    )
    expect(new Set(answers.filter((answer) => answer !== 'conflict')).size).toBe(1)
    expect(control.channelIds()).toHaveLength(1)
  })

  it('is free again after a failure', async () => {
    const { streaming, control } = createPlatform()
    control.failNext('createChannel', 'before')
    await expect(streaming.createStream(ava, show, keyed('k1'))).rejects.toMatchObject({ retryable: true })
    const { stream } = await streaming.createStream(ava, show, keyed('k1'))
    expect(stream).toMatchObject({ status: 'ready', channel: { id: `channel-${stream.id}` } })
  })

  it('goes on with the stream that a crash left half-made', async () => {
    const { store, adapter, clock, advance, control } = createPlatform()
    const first = startProcess({ store, adapter, clock }, [])
    // The claim and the row are written, the channel is made, and its name is not stored any more.
    first.arm({ kind: 'crash', when: 'before', write: 2 })
    await expect(first.streaming.createStream(ava, show, keyed('k1'))).rejects.toThrow()
    const [halfMade] = await store.list({ limit: 1 })
    expect(halfMade).toMatchObject({ status: 'ready', channel: null })
    expect(control.channelIds()).toHaveLength(1)
    const next = startProcess({ store, adapter, clock }, []).streaming
    await expect(next.createStream(ava, show, keyed('k1'))).rejects.toMatchObject({ code: 'conflict' })
    advance(60)
    const { stream } = await next.createStream(ava, show, keyed('k1'))
    expect(stream).toMatchObject({ id: halfMade?.id, channel: { id: control.channelIds()[0] } })
  })

  it('keeps the cause of a failure when the key cannot be freed either', async () => {
    const { store, control } = createPlatform()
    const broken = createPlatform({
      store: {
        ...store,
        releaseIdempotencyKey: async () => {
          throw new Error('The store is down.')
        },
      },
    })
    broken.control.failNext('createChannel', 'before')
    const opening = broken.streaming.createStream(ava, show, keyed('k1'))
    await expect(opening).rejects.toMatchObject({ code: 'provider_unavailable' })
    expect(control.channelIds()).toEqual([])
  })

  it.each(['', 'two words', 'ü', 'x'.repeat(256)])('refuses %j', async (key) => {
    const { streaming } = createPlatform()
    await expect(streaming.createStream(ava, show, keyed(key))).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'idempotencyKey',
    })
  })

  it('does not give a channel to a stream that ended between the look and the write', async () => {
    const { store, streaming, control } = createPlatform()
    const racing = createPlatform({
      store: {
        ...store,
        insert: async (stream, events, at) => {
          await store.insert(sampleStream({ ...stream, status: 'ended' }), events, at)
          return store.insert(stream, events, at)
        },
      },
    })
    await expect(racing.streaming.createStream(ava, show, keyed('k1'))).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(racing.control.channelIds()).toEqual([])
    expect((await streaming.listStreams({})).items).toMatchObject([{ status: 'ended', channel: null }])
    expect(control.channelIds()).toEqual([])
  })
})
