import { ApiError, callApi } from './api.js'

/** @typedef {import('./api.js').Stream} Stream */

const eventTypes = [
  'stream.created',
  'stream.started',
  'stream.interrupted',
  'stream.resumed',
  'stream.ended',
  'stream.failed',
  'stream.warned',
  'budget.reached',
]
const isHidden = () => document.visibilityState === 'hidden'
const pollSeconds = 5
const backstopSeconds = 20
const hiddenSeconds = 15

/**
 * Follows one stream: by server-sent events, and by polling while those do not come.
 * Goes on after the server was away. A hidden tab polls, as a browser keeps six connections to a server at most. What is
 * told once and not stored may have been missed meanwhile: `onReturn` says that it listens again.
 *
 * @param {string} streamId
 * @param {{
 *   onStream: (stream: Stream) => void,
 *   onViewers?: (viewers: { current: number, peak: number }) => void,
 *   onSession?: (sessionId: string) => void,
 *   onAccess?: (isAllowed: boolean) => void,
 *   onReturn?: () => void,
 *   onTip?: (tip: import('./live-tips.js').LiveTip) => void,
 *   onWarning?: (message: string, at: string) => void,
 *   onConnection?: (isConnected: boolean) => void,
 *   onGone: () => void,
 * }} listeners
 * @returns {() => void} Ends it.
 */
export function followStream(streamId, listeners) {
  /** @type {EventSource | null} */
  let source = null
  let isClosed = false
  let isFetching = false
  let isStale = false
  let hasListened = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  async function refresh() {
    if (isClosed) return
    if (isFetching) {
      isStale = true
      return
    }
    isFetching = true
    isStale = false
    try {
      const { stream } = await callApi('GET', `/streams/${streamId}`)
      if (isClosed) return
      listeners.onConnection?.(true)
      listeners.onStream(stream)
      if (stream.status === 'ended' || stream.status === 'failed') close()
    } catch (error) {
      if (isClosed) return
      if (error instanceof ApiError && error.status === 404) {
        close()
        listeners.onGone()
      } else {
        listeners.onConnection?.(false)
      }
    } finally {
      isFetching = false
      schedule()
    }
  }

  function schedule() {
    clearTimeout(timer)
    if (isClosed) return
    const isListening = source?.readyState === EventSource.OPEN
    const restSeconds = isListening ? backstopSeconds : isHidden() ? hiddenSeconds : pollSeconds
    const seconds = isStale ? 0 : restSeconds
    timer = setTimeout(tick, seconds * 1000 * (0.9 + Math.random() * 0.2))
  }

  function tick() {
    if (isHidden() || source === null || source.readyState === EventSource.CLOSED) listen()
    void refresh()
  }

  function listen() {
    source?.close()
    source = null
    if (isHidden()) return
    source = new EventSource(`/api/streaming/streams/${streamId}/events`)
    source.addEventListener('open', () => {
      if (hasListened) listeners.onReturn?.()
      hasListened = true
      void refresh()
    })
    source.addEventListener('error', () => void refresh())
    for (const type of eventTypes) source.addEventListener(type, (event) => void hear(JSON.parse(event.data)))
    source.addEventListener('tip.completed', (event) => listeners.onTip?.(JSON.parse(event.data)))
    source.addEventListener('viewer.access_changed', (event) => {
      listeners.onAccess?.(JSON.parse(event.data).allowed)
    })
    source.addEventListener('viewers.changed', (event) => {
      const { current, peak } = JSON.parse(event.data)
      listeners.onViewers?.({ current, peak })
    })
  }

  /** @param {import('@stagedoor/streaming-core').StreamEvent} event */
  async function hear(event) {
    if (event.type === 'stream.warned') listeners.onWarning?.(event.message, event.at)
    await refresh()
    if ('sessionId' in event && !isClosed) listeners.onSession?.(event.sessionId)
  }

  function close() {
    isClosed = true
    clearTimeout(timer)
    source?.close()
    document.removeEventListener('visibilitychange', tick)
  }

  document.addEventListener('visibilitychange', tick)
  listen()
  void refresh()
  return close
}
