import type { StreamingAdapter, Traits } from './adapter.ts'
import { type Cost, toQuote } from './cost/cost.ts'
import { createMemoryProvider, type MemoryControl } from './memory-provider.ts'
import { memoryWebhook } from './memory-webhook.ts'
import { redacted } from './redacted.ts'
import type { Channel, Delivery } from './stream.ts'

/** Options of {@link memory}. */
export interface MemoryOptions {
  /** Default `memory`. */
  readonly id?: string
  /** Default `hls`. */
  readonly delivery?: Delivery
  /** Shared secret of the webhook. Default `memory-webhook-secret`. */
  readonly webhookSecret?: string
  /** Life of a playback token in seconds. Default 300. */
  readonly tokenTtlSeconds?: number
  readonly clock?: () => Date
}

/** What {@link memory} makes: an adapter, and the other side of it. */
export interface MemoryAdapter extends StreamingAdapter {
  /** Plays the encoder, the provider and its failures. */
  readonly control: MemoryControl
}

/**
 * A provider in memory: no media, but the whole life of channels and sessions, for tests and demos.
 * Passes the same contract suite as the real adapters.
 */
export function memory(options: MemoryOptions = {}): MemoryAdapter {
  const {
    id = 'memory',
    delivery = 'hls',
    webhookSecret = 'memory-webhook-secret',
    tokenTtlSeconds = 300,
  } = options
  const clock = options.clock ?? (() => new Date())
  const provider = createMemoryProvider({ clock, webhookSecret })
  const traits: Traits = {
    delivery,
    candidate: id,
    latencySeconds: delivery === 'webrtc' ? 0.3 : 5,
    publishMethods: delivery === 'webrtc' ? ['browser'] : ['obs'],
    maxViewers: 15_000,
    maxQuality: 'fhd',
    maxPublishers: delivery === 'webrtc' ? 12 : 1,
  }
  const expiry = (until?: string) => {
    const latest = clock().getTime() + tokenTtlSeconds * 1000
    return new Date(until === undefined ? latest : Math.min(latest, Date.parse(until))).toISOString()
  }
  const hostAccess: StreamingAdapter['hostAccess'] = (channel, _host, callOptions) =>
    provider.run('hostAccess', callOptions, () => {
      const { streamKey } = provider.require(channel)
      if (delivery === 'hls') {
        return { type: 'rtmps', url: 'rtmps://memory.invalid:443/app/', streamKey: redacted(streamKey) }
      }
      return { type: 'webrtc', url: 'wss://memory.invalid', token: redacted(streamKey), expiresAt: expiry() }
    })

  return {
    specVersion: 1,
    id,
    traits,
    quote: (plan) =>
      plan.record
        ? { candidate: id, feasible: false, reasons: ['does not record'] }
        : toQuote(id, plan, nothing),
    cost: () => nothing,
    createChannel: ({ streamId }, callOptions) =>
      provider.run('createChannel', callOptions, () => provider.createChannel(streamId)),
    getChannel: (channel, callOptions) =>
      provider.run('getChannel', callOptions, () => provider.state(channel.id)),
    async *listChannels(callOptions) {
      const states = await provider.run('listChannels', callOptions, () => provider.states())
      for (const state of states) {
        const { session: _, ...cheap } = state
        yield state.status === 'offline' ? cheap : state
      }
    },
    hostAccess,
    viewerAccess: (channel, viewer, callOptions) =>
      provider.run('viewerAccess', callOptions, () => {
        provider.require(channel)
        const token = `${channel.id}.${viewer.userId ?? 'anonymous'}.${crypto.randomUUID()}`
        const expiresAt = expiry(callOptions?.until)
        if (delivery === 'hls') {
          return {
            type: 'hls',
            url: redacted(`https://memory.invalid/${channel.id}.m3u8?token=${token}`),
            expiresAt,
          }
        }
        return { type: 'webrtc', url: 'wss://memory.invalid', token: redacted(token), expiresAt }
      }),
    endChannel: (channel, callOptions) =>
      provider.run('endChannel', callOptions, () => provider.deleteChannel(channel.id)),
    receiveWebhook: (request) => memoryWebhook(request, webhookSecret),
    keyRotation: {
      rotate: async (channel: Channel, host, callOptions) => {
        await provider.run('rotate', callOptions, () => provider.rotate(channel))
        return hostAccess(channel, host, callOptions)
      },
    },
    control: provider.control,
  }
}

const nothing: Cost = {
  total: { amount: '0', currency: 'USD' },
  items: [],
  asOf: '2026-11-23',
  notes: ['The provider in memory costs nothing.'],
}
