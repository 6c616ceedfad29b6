import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type ApiOptions, serveApi } from './api-server.ts'
import { createEventDelivery } from './event-target.ts'
import { checkIvsLocalOptions, type IvsLocalOptions } from './ivs-local-options.ts'
import { createLocalState } from './local-state.ts'
import { createLiveMedia } from './media/create-live-media.ts'
import type { LiveMediaEvent, PublishAttempt, PublishDecision } from './media/live-media.ts'
import { createTestSource, type TestSource } from './media/test-source.ts'
import { servePlayback } from './playback-server.ts'
import { createRateLimit } from './rate-limit.ts'
import { applyMediaEvent } from './stream-events.ts'
import { createViewerSessions } from './viewer-sessions.ts'

/** A running local IVS. */
export interface IvsLocal {
  /** Opens the ports. Rejects with `EADDRINUSE` and the like; nothing stays open then. */
  start(): Promise<void>
  /** Ends every stream and closes every port. */
  close(): Promise<void>
  /** What the AWS SDK takes as `endpoint`. Known once started. */
  readonly url: string
  /** Where encoders push, without the stream key: `rtmp://127.0.0.1:1935/app/`. Known once started. */
  readonly rtmpUrl: string
  /** Pushes the built-in clip to a channel, as an encoder would. @throws when the channel is unknown or live. */
  startTestSource(channelArn: string): Promise<void>
  /** Stops the clip; false when none is running. */
  stopTestSource(channelArn: string): boolean
}

/**
 * Makes a local Amazon IVS: the control plane that the unmodified `@aws-sdk/client-ivs` talks to, RTMP in, HLS out.
 * Everything is in memory.
 *
 * @throws {@link IvsLocalOptionError} when an option is wrong.
 *
 * @example
 * ```ts
 * import { createIvsLocal } from '@stagedoor/ivs-local'
 *
 * const local = createIvsLocal({ port: 0, rtmpPort: 0 })
 * await local.start()
 * console.log(local.url, local.rtmpUrl)
 * await local.close()
 * ```
 */
export function createIvsLocal(options: IvsLocalOptions = {}): IvsLocal {
  checkIvsLocalOptions(options)
  const host = options.host ?? '127.0.0.1'
  const publicHost = options.publicHost ?? (host === '0.0.0.0' ? '127.0.0.1' : host)
  const now = options.clock ?? (() => new Date())
  const warn = options.onWarning ?? (() => {})
  const quotas = { channels: 5000, concurrentStreams: 100, ...options.quotas }
  const state = createLocalState(options.region ?? 'us-east-1', options.accountId ?? '000000000000')
  const viewers = createViewerSessions(now, options.viewerLeaveSeconds ?? 15)
  const delivery = options.eventTarget ? createEventDelivery(options.eventTarget, warn) : null
  const testSources = new Map<string, TestSource>()
  let httpPort = 0

  const onMediaEvent = (event: LiveMediaEvent) => {
    if (event.type === 'publish.refused') warn(`An encoder was refused: ${event.message}`)
    if (event.type === 'media.warning') warn(`${event.channelArn}: ${event.message}`)
    for (const ivsEvent of applyMediaEvent(state, event, now())) {
      options.onEvent?.(ivsEvent)
      delivery?.send(ivsEvent)
    }
    if (event.type === 'session.ended') {
      testSources.delete(event.channelArn)
      viewers.retire(event.channelArn)
    }
  }
  const authorize = ({ app, streamKey }: PublishAttempt): PublishDecision => {
    const key = [...state.streamKeys.values()].find((candidate) => candidate.value === streamKey)
    if (app !== 'app' || !key) {
      return {
        accepted: false,
        reason: 'invalid_key',
        message: 'The stream key is not valid. Copy it from the channel.',
      }
    }
    if (options.requireSecureIngest && !state.channel(key.channelArn).insecureIngest) {
      return { accepted: false, reason: 'insecure_ingest', message: 'This channel takes RTMPS only.' }
    }
    const live = [...state.channels.keys()].filter(
      (arn) => arn !== key.channelArn && state.running(arn),
    ).length
    if (live >= quotas.concurrentStreams) {
      return {
        accepted: false,
        reason: 'quota',
        message: `At most ${quotas.concurrentStreams} streams run at once.`,
      }
    }
    return { accepted: true, channelArn: key.channelArn }
  }
  const media = createLiveMedia({
    host,
    rtmpPort: options.rtmpPort ?? 1935,
    authorize,
    onEvent: onMediaEvent,
    clock: now,
    ...(options.reconnectHoldSeconds === undefined
      ? {}
      : { reconnectHoldSeconds: options.reconnectHoldSeconds }),
  })

  const api: ApiOptions = {
    isWithinRate: options.enforceRateLimits === false ? null : createRateLimit(now),
    onInternalError: (operation, error) =>
      warn(`${operation} failed: ${error instanceof Error ? error.message : 'unknown'}`),
    context: {
      state,
      quotas,
      now,
      get ingestEndpoint() {
        return `${publicHost}:${media.rtmpPort}`
      },
      playbackUrl: (id) => `${local.url}/api/video/v1/${state.region}.${state.accountId}.channel.${id}.m3u8`,
      viewerCount: viewers.count,
      revokeViewer: viewers.revoke,
      stopStream: media.stop,
    },
  }
  const playback = { state, media, viewers, now }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = URL.canParse(request.url ?? '/', 'http://localhost')
      ? new URL(request.url ?? '/', 'http://localhost')
      : null
    if (!url) return refuseAddress(response)
    if (url.pathname === '/_local/health') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ status: 'ok', channels: state.channels.size, rtmpPort: media.rtmpPort }))
      return
    }
    if (await servePlayback(request, response, url, playback)) return
    await serveApi(request, response, url, api)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      api.onInternalError(request.url?.split('?')[0] ?? '', error)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })

  const local: IvsLocal = {
    get url() {
      return `http://${publicHost}:${httpPort}`
    },
    get rtmpUrl() {
      return `rtmp://${publicHost}:${media.rtmpPort}/app/`
    },
    start: async () => {
      await media.start()
      try {
        server.listen(options.port ?? 4566, host)
        await once(server, 'listening')
      } catch (error) {
        await media.close()
        throw error
      }
      const address = server.address()
      if (address && typeof address === 'object') httpPort = address.port
    },
    close: async () => {
      for (const source of testSources.values()) source.stop()
      await media.close()
      delivery?.close()
      server.closeAllConnections()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
    startTestSource: async (channelArn) => {
      const key = state.keyOf(state.channel(channelArn).arn)
      if (!key) throw new Error('The channel has no stream key.')
      if (testSources.has(channelArn)) return
      const url = `rtmp://${host === '0.0.0.0' ? '127.0.0.1' : host}:${media.rtmpPort}/app/`
      const source = createTestSource({
        url,
        streamKey: key.value,
        onEnd: () => testSources.delete(channelArn),
      })
      testSources.set(channelArn, source)
      try {
        await source.start()
      } catch (error) {
        testSources.delete(channelArn)
        throw error
      }
    },
    stopTestSource: (channelArn) => {
      const source = testSources.get(channelArn)
      testSources.delete(channelArn)
      source?.stop()
      return source !== undefined
    },
  }
  return local
}

/** In the shape of IVS's own refusals, as nothing could be asked of such an address. */
function refuseAddress(response: ServerResponse): void {
  const message = 'The address of the request is malformed'
  response.writeHead(400, { 'content-type': 'application/json', 'x-amzn-errortype': 'ValidationException' })
  response.end(JSON.stringify({ exceptionMessage: message, message }))
}
