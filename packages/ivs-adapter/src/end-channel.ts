import { setTimeout as pause } from 'node:timers/promises'
import { DeleteChannelCommand, StopStreamCommand } from '@aws-sdk/client-ivs'
import {
  type CallOptions,
  isStreamingError,
  type StreamingAdapter,
  StreamingError,
} from '@stagedoor/streaming-core'
import { z } from 'zod'
import { requireRegion } from './channel-arn.ts'
import { abortedError, isIvsError } from './errors.ts'
import type { IvsApi } from './ivs-api.ts'
import type { IvsConfig } from './resolve-options.ts'
import type { StreamKeys } from './stream-keys.ts'

/** Between two tries to delete; the pace of DeleteChannel allows five a second for all streams together. */
const pollMs = 1000

/**
 * Deletes a channel. IVS refuses while a stream runs (409), so its keys go first, which keeps an encoder from coming
 * back, then the stream is stopped until the deletion is taken (IVS API reference, StopStream and DeleteChannel).
 */
export function endChannelVerb(
  api: IvsApi,
  config: IvsConfig,
  streamKeys: StreamKeys,
): StreamingAdapter['endChannel'] {
  return async ({ id: channelArn }, options = {}) => {
    requireRegion(channelArn, config.region)
    const deadline = performance.now() + config.offlineTimeoutSeconds * 1000
    if (await deleted(api, channelArn, options)) return
    await streamKeys.removeAll(channelArn, options)
    for (;;) {
      await stopStream(api, channelArn, options)
      if (await deleted(api, channelArn, options)) return
      if (performance.now() >= deadline) throw stillLive(channelArn, config)
      await wait(options.signal)
    }
  }
}

/** Disconnects the encoder. No error when none is connected. */
export async function stopStream(api: IvsApi, channelArn: string, options: CallOptions): Promise<void> {
  try {
    await api.call('StopStream', new StopStreamCommand({ channelArn }), z.unknown(), options)
  } catch (error) {
    const isOver =
      isIvsError(error, 'ChannelNotBroadcasting') ||
      isIvsError(error, 'StreamUnavailable') ||
      isStreamingError(error, 'not_found')
    if (!isOver) throw error
  }
}

async function deleted(api: IvsApi, arn: string, options: CallOptions): Promise<boolean> {
  try {
    await api.call('DeleteChannel', new DeleteChannelCommand({ arn }), z.unknown(), options)
    return true
  } catch (error) {
    if (isStreamingError(error, 'not_found')) return true
    if (isStreamingError(error, 'conflict')) return false
    throw error
  }
}

async function wait(signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(pollMs, undefined, signal ? { signal } : {})
  } catch (error) {
    throw signal?.aborted ? abortedError('endChannel', signal) : error
  }
}

function stillLive(channelArn: string, { offlineTimeoutSeconds }: IvsConfig): StreamingError {
  return new StreamingError({
    code: 'provider_unavailable',
    provider: 'ivs',
    message: `${channelArn} was stopped but is not offline after ${offlineTimeoutSeconds} seconds. Try again.`,
  })
}
