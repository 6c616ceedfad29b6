import Hls from '/vendor/hls.js'
import { ApiError } from './api.js'
import { keepFreshToken } from './playback-token.js'

/**
 * What the player does now. `waiting`: there is no video to load yet. `reconnecting`: it broke and is tried again.
 *
 * @typedef {{ name: 'idle' | 'connecting' | 'waiting' | 'playing' | 'buffering' | 'reconnecting' }
 *   | { name: 'denied', denial: import('./api.js').Denial }
 *   | { name: 'failed', message: string }} PlayerState
 */

/** Segments last about 2 s; the fields in seconds stay right where a playlist announces a longer target. */
const liveTuning = {
  liveSyncDuration: 4,
  liveMaxLatencyDuration: 12,
  maxLiveSyncPlaybackRate: 1.25,
  liveDurationInfinity: true,
  backBufferLength: 15,
  maxBufferLength: 12,
  capLevelToPlayerSize: true,
  startFragPrefetch: true,
  testBandwidth: false,
  abrEwmaDefaultEstimate: 2_000_000,
}
const stallSeconds = 8

/**
 * Plays one live stream and keeps it playing: new URL after a fatal error, fresh token before the old one expires,
 * a new start when the picture stands still though the stream is live.
 *
 * @param {{
 *   video: HTMLVideoElement,
 *   requestPlayback: () => Promise<{ url: string, expiresAt: string }>,
 *   onState: (state: PlayerState) => void,
 * }} options
 */
export function createPlayer({ video, requestPlayback, onState }) {
  /** @type {Hls | null} */
  let hls = null
  let generation = 0
  let attempts = 0
  let isExpectingMedia = false
  let isPausedByViewer = false
  let lastRecovery = 0
  let lastMove = { at: performance.now(), time: 0 }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retryTimer
  /** @type {ReturnType<typeof keepFreshToken> | null} */
  let token = null
  /** @type {PlayerState} */
  let state = { name: 'idle' }

  /** @param {PlayerState} next */
  function setState(next) {
    state = next
    onState(next)
  }

  function detach() {
    clearTimeout(retryTimer)
    token?.stop()
    token = null
    hls?.destroy()
    hls = null
    if (video.src) {
      video.removeAttribute('src')
      video.load()
    }
  }

  async function load() {
    generation += 1
    const mine = generation
    detach()
    if (state.name !== 'reconnecting' && state.name !== 'waiting') setState({ name: 'connecting' })
    try {
      const access = await requestPlayback()
      if (mine === generation) attach(access)
    } catch (error) {
      if (mine === generation) refuse(error)
    }
  }

  /** @param {unknown} error */
  function refuse(error) {
    if (error instanceof ApiError && error.denial) {
      stop()
      setState({ name: 'denied', denial: error.denial })
    } else if (error instanceof ApiError && !error.isTemporary && error.code !== 'conflict') {
      stop()
      setState({ name: 'failed', message: error.message })
    } else {
      retry('reconnecting')
    }
  }

  /** @param {'reconnecting' | 'waiting'} name */
  function retry(name) {
    detach()
    setState({ name })
    const seconds = Math.min(15, 2 ** Math.min(attempts, 4)) * (0.8 + Math.random() * 0.4)
    attempts += 1
    retryTimer = setTimeout(load, seconds * 1000)
  }

  /** @param {{ url: string, expiresAt: string }} access */
  function attach(access) {
    token = keepFreshToken(access, requestPlayback, refuse)
    if (!Hls.isSupported()) {
      video.src = access.url
      play()
      return
    }
    const { apply } = token
    const engine = new Hls({
      ...liveTuning,
      xhrSetup: (xhr, url) => xhr.open('GET', apply(url), true),
    })
    hls = engine
    let hasLevel = false
    engine.on(Hls.Events.LEVEL_LOADED, (_, { details }) => {
      if (!details.live && !hasLevel) return retry('waiting')
      hasLevel = true
      const sync = Math.max(liveTuning.liveSyncDuration, 1.5 * (details.averagetargetduration ?? 0))
      engine.config.liveSyncDuration = sync
      engine.config.liveMaxLatencyDuration = sync * 3
    })
    engine.on(Hls.Events.FRAG_BUFFERED, () => {
      attempts = 0
    })
    engine.on(Hls.Events.ERROR, (_, data) => {
      if (engine !== hls) return
      // The video server no longer knows this viewer: the same URL will not do, whatever is retried.
      if (data.response?.code === 401 || data.response?.code === 403) return retry('reconnecting')
      if (!data.fatal) return
      const isNotThereYet = data.details === 'manifestLoadError' && data.response?.code === 404
      if (isNotThereYet) {
        attempts = Math.min(attempts, 1)
        return retry('waiting')
      }
      if (data.type === 'mediaError' && performance.now() - lastRecovery > 5000) {
        lastRecovery = performance.now()
        engine.recoverMediaError()
      } else {
        retry('reconnecting')
      }
    })
    engine.loadSource(access.url)
    engine.attachMedia(video)
    lastMove = { at: performance.now(), time: video.currentTime }
    play()
  }

  function play() {
    if (isPausedByViewer) return
    video.play().catch(() => {
      // The browser wants a press first (the play button is there), or a new source came in between.
    })
  }

  function stop() {
    generation += 1
    detach()
    setState({ name: 'idle' })
  }

  function watch() {
    const now = performance.now()
    if (video.paused || video.currentTime !== lastMove.time || !isExpectingMedia || hls === null) {
      lastMove = { at: now, time: video.currentTime }
    } else if (now - lastMove.at > stallSeconds * 1000) {
      lastMove = { at: now, time: video.currentTime }
      retry('reconnecting')
    }
  }

  const watchdog = setInterval(watch, 1000)
  video.addEventListener('playing', () => setState({ name: 'playing' }))
  for (const type of ['waiting', 'ended']) {
    video.addEventListener(type, () => {
      if (state.name === 'playing') setState({ name: 'buffering' })
    })
  }

  return {
    load,
    stop,
    /**
     * Whether an encoder sends now. While it does not, a picture that stands still is no fault.
     *
     * @param {boolean} isExpected
     */
    expectMedia(isExpected) {
      isExpectingMedia = isExpected
      lastMove = { at: performance.now(), time: video.currentTime }
    },
    /** Stays paused through reconnects too: sound must not come back unasked. */
    pause() {
      isPausedByViewer = true
      video.pause()
    },
    toLive() {
      isPausedByViewer = false
      if (hls?.liveSyncPosition) video.currentTime = hls.liveSyncPosition
      play()
    },
    /** Seconds behind the stage; null while unknown. By the clock where the playlist carries times. */
    latencySeconds() {
      if (hls === null || video.readyState < 2) return null
      const byClock = hls.playingDate ? (Date.now() - hls.playingDate.getTime()) / 1000 : 0
      if (byClock > 0 && byClock < 120) return byClock
      return hls.latency > 0 ? hls.latency : null
    },
    destroy() {
      clearInterval(watchdog)
      stop()
    },
  }
}
