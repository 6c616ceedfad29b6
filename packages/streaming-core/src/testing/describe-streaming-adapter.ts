import type { HostAccess, StreamingAdapter } from '../adapter.ts'
import type { Redacted } from '../redacted.ts'
import type { Channel } from '../stream.ts'
import { assert, assertEqual, assertRejects, reportSkipped, type TestRunner } from './runner.ts'

/** What {@link describeStreamingAdapter} needs to know of an implementation. */
export interface StreamingAdapterSuite {
  /** Names the implementation in the report. */
  readonly name: string
  /** An adapter against a fresh provider, or against one that other tests leave alone. */
  createAdapter(): Promise<StreamingAdapter> | StreamingAdapter
  /** True for a provider without history: an offline channel then does not tell of its sessions. */
  readonly forgetsSessions?: boolean
  /** How the channels of the suite are published to. Default `obs`. */
  readonly publishing?: 'browser' | 'obs'
  /** Ends what `createAdapter` began. */
  dispose?(adapter: StreamingAdapter): Promise<void> | void
  /** Makes media arrive on a channel, and stops it. Without it the tests of live channels are reported as not run. */
  media?: {
    start(adapter: StreamingAdapter, channel: Channel): Promise<void>
    stop(adapter: StreamingAdapter, channel: Channel): Promise<void>
  }
  /** A webhook request that the adapter must accept, and one from somebody who is not the provider. */
  webhooks?: {
    valid(adapter: StreamingAdapter, channel: Channel): Promise<Request>
    forged(adapter: StreamingAdapter, channel: Channel): Promise<Request>
    unknownType(adapter: StreamingAdapter, channel: Channel): Promise<Request>
  }
}

const host = { userId: 'ava' }

/** The contract of a {@link StreamingAdapter} as tests. */
export function describeStreamingAdapter(runner: TestRunner, suite: StreamingAdapterSuite): void {
  let counter = 0
  const streamId = () => `contract-${Date.now().toString(36)}-${++counter}`
  const input = (id: string) =>
    ({
      streamId: id,
      creatorId: 'ava',
      title: 'Contract <test>',
      quality: 'hd',
      publishing: suite.publishing ?? 'obs',
      record: false,
    }) as const
  const it = (name: string, body: (adapter: StreamingAdapter) => Promise<void>) =>
    runner.it(name, async () => {
      const adapter = await suite.createAdapter()
      try {
        await body(adapter)
      } finally {
        await suite.dispose?.(adapter)
      }
    })

  runner.describe(`streaming adapter: ${suite.name}`, () => {
    it('creates one channel a stream, however often it is asked', async (adapter) => {
      const id = streamId()
      const first = await adapter.createChannel(input(id))
      const second = await adapter.createChannel(input(id))
      assertEqual(second.id, first.id, 'the same channel')
      assertEqual((await owned(adapter, id)).length, 1, 'channels listed for the stream')
      await adapter.endChannel(first)
    })

    it('shows a new channel as offline, without a session', async (adapter) => {
      const channel = await adapter.createChannel(input(streamId()))
      const state = await adapter.getChannel(channel)
      assertEqual(state?.status, 'offline', 'status')
      assertEqual(state?.session ?? null, null, 'session')
      assertEqual(state?.channel.id, channel.id, 'id')
      await adapter.endChannel(channel)
    })

    it('deletes a channel, once and again', async (adapter) => {
      const id = streamId()
      const channel = await adapter.createChannel(input(id))
      await adapter.endChannel(channel)
      await adapter.endChannel(channel)
      assertEqual(await adapter.getChannel(channel), null, 'the channel')
      assertEqual((await owned(adapter, id)).length, 0, 'channels listed for the stream')
    })

    it('gives the host credentials that no printer shows', async (adapter) => {
      const channel = await adapter.createChannel(input(streamId()))
      const access = await adapter.hostAccess(channel, host)
      const secret = secretOf(access)
      assert(secret.length >= 16, 'a secret of some length')
      assert(!JSON.stringify(access).includes(secret), 'JSON hides the secret')
      assert(!`${secretPart(access)}`.includes(secret), 'so does a string')
      assert(!JSON.stringify(channel).includes(secret), 'the channel that is stored holds no secret')
      await adapter.endChannel(channel)
    })

    it('gives viewers access that ends, and no later than asked', async (adapter) => {
      const channel = await adapter.createChannel(input(streamId()))
      const access = await adapter.viewerAccess(channel, { userId: 'vic' })
      assertEqual(access.type, adapter.traits.delivery, 'type')
      assert(Date.parse(access.expiresAt) > Date.now(), 'expires in the future')
      const until = new Date(Date.now() + 30_000).toISOString()
      const bounded = await adapter.viewerAccess(channel, { userId: null }, { until })
      assert(Date.parse(bounded.expiresAt) <= Date.parse(until), 'expires no later than asked')
      await adapter.endChannel(channel)
    })

    it('refuses a call whose signal is aborted', async (adapter) => {
      const signal = AbortSignal.abort()
      const channel = await adapter.createChannel(input(streamId()))
      await assertRejects(() => adapter.createChannel(input(streamId()), { signal }), ['aborted'])
      await assertRejects(() => adapter.getChannel(channel, { signal }), ['aborted'])
      await assertRejects(() => adapter.endChannel(channel, { signal }), ['aborted'])
      await adapter.endChannel(channel)
    })

    it('quotes every plan with a price or with reasons', async (adapter) => {
      const plan = {
        method: 'auto',
        interactive: false,
        durationHours: 1,
        quality: 'hd',
        watchShare: 1,
      } as const
      for (const expectedViewers of [1, 1000, 10_000_000]) {
        const quote = adapter.quote({ ...plan, expectedViewers, record: false })
        assertEqual(quote.candidate, adapter.traits.candidate, 'candidate')
        if (quote.feasible) assert(/^\d+$/.test(quote.total.amount), 'whole minor units')
        else assert(quote.reasons.length > 0, 'a reason')
      }
    })

    it('rotates the host’s key where it can', async (adapter) => {
      if (!adapter.keyRotation) return
      const channel = await adapter.createChannel(input(streamId()))
      const before = secretOf(await adapter.hostAccess(channel, host))
      const rotated = secretOf(await adapter.keyRotation.rotate(channel, host))
      assert(rotated !== before, 'a new key')
      assertEqual(secretOf(await adapter.hostAccess(channel, host)), rotated, 'the new key is the key now')
      await adapter.endChannel(channel)
    })

    it('throws nobody out where nobody is, once and again', async (adapter) => {
      const { revocation } = adapter
      if (!revocation) return
      const channel = await adapter.createChannel(input(streamId()))
      await revocation.revoke(channel, ['vic', 'sam'])
      await revocation.revoke(channel, ['vic', 'sam'])
      const signal = AbortSignal.abort()
      await assertRejects(() => revocation.revoke(channel, ['vic'], { signal }), ['aborted'])
      await adapter.endChannel(channel)
      await revocation.revoke(channel, ['vic'])
    })

    describeLive(runner, suite, it, () => input(streamId()))
    describeWebhooks(runner, suite, it, () => input(streamId()))
  })
}

type AdapterTest = (name: string, body: (adapter: StreamingAdapter) => Promise<void>) => void
type NextInput = () => Parameters<StreamingAdapter['createChannel']>[0]

function describeLive(
  runner: TestRunner,
  suite: StreamingAdapterSuite,
  it: AdapterTest,
  next: NextInput,
): void {
  const { media } = suite
  if (!media) {
    reportSkipped(runner, 'live channels', 'the suite was given no media')
    return
  }
  it('sees a session begin and end, and deletes a live channel', async (adapter) => {
    const channel = await adapter.createChannel(next())
    await media.start(adapter, channel)
    const live = await adapter.getChannel(channel)
    assertEqual(live?.status, 'live', 'status while media arrives')
    assert(live?.session && !live.session.endedAt, 'a running session')
    for await (const state of adapter.listChannels()) {
      if (state.channel.id === channel.id)
        assertEqual(state.session?.id, live.session.id, 'the session in the list')
    }
    await media.stop(adapter, channel)
    const offline = await adapter.getChannel(channel)
    assertEqual(offline?.status, 'offline', 'status after the end')
    if (suite.forgetsSessions) {
      assertEqual(offline?.session, undefined, 'no word of its sessions')
    } else {
      assertEqual(offline?.session?.id, live.session.id, 'the same session')
      assert(offline?.session?.endedAt, 'with its end')
    }
    await media.start(adapter, channel)
    await adapter.endChannel(channel)
    assertEqual(await adapter.getChannel(channel), null, 'the channel')
  })
}

function describeWebhooks(
  runner: TestRunner,
  suite: StreamingAdapterSuite,
  it: AdapterTest,
  next: NextInput,
): void {
  const { webhooks } = suite
  if (!webhooks) {
    reportSkipped(runner, 'webhooks', 'the suite was given none')
    return
  }
  it('reads its provider’s webhooks and nobody else’s', async (adapter) => {
    const channel = await adapter.createChannel(next())
    const events = await adapter.receiveWebhook(await webhooks.valid(adapter, channel))
    assert(events.length > 0, 'an event')
    assertEqual(events[0]?.channelId, channel.id, 'of the channel')
    const forged = await webhooks.forged(adapter, channel)
    await assertRejects(() => adapter.receiveWebhook(forged), ['webhook_invalid'])
    assertEqual(
      await adapter.receiveWebhook(await webhooks.unknownType(adapter, channel)),
      [],
      'unknown types',
    )
    await adapter.endChannel(channel)
  })
}

async function owned(adapter: StreamingAdapter, streamId: string): Promise<readonly Channel[]> {
  const channels: Channel[] = []
  for await (const state of adapter.listChannels())
    if (state.streamId === streamId) channels.push(state.channel)
  return channels
}

function secretOf(access: HostAccess): string {
  return secretPart(access).reveal()
}

function secretPart(access: HostAccess): Redacted {
  if (access.type === 'rtmps') return access.streamKey
  return access.type === 'whip' ? access.bearerToken : access.token
}
