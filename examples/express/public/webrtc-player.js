import { Room, RoomEvent, Track } from '/vendor/livekit-client.js'
import { ApiError } from './api.js'

/** @typedef {import('./player.js').PlayerState} PlayerState */

/**
 * Watches one stream by WebRTC and keeps watching: LiveKit's client mends short breaks by itself, after longer ones a new
 * token is asked for, and with it whether this viewer may still watch. The same interface as the HLS player.
 *
 * @param {{
 *   video: HTMLVideoElement,
 *   requestPlayback: () => Promise<{ url: string, token: string }>,
 *   onState: (state: PlayerState) => void,
 * }} options
 */
export function createWebrtcPlayer({ video, requestPlayback, onState }) {
  /** @type {Room | null} */
  let room = null
  let generation = 0
  let attempts = 0
  let isPausedByViewer = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retryTimer

  function detach() {
    clearTimeout(retryTimer)
    const old = room
    room = null
    void old?.disconnect()
    video.srcObject = null
  }

  async function load() {
    generation += 1
    const mine = generation
    detach()
    onState({ name: 'connecting' })
    try {
      const access = await requestPlayback()
      if (mine !== generation) return
      await enter(access, mine)
    } catch (error) {
      if (mine === generation) refuse(error)
    }
  }

  /**
   * @param {{ url: string, token: string }} access
   * @param {number} mine
   */
  async function enter(access, mine) {
    const next = new Room({ adaptiveStream: true })
    room = next
    const stream = new MediaStream()
    next.on(RoomEvent.TrackSubscribed, (track) => {
      stream.addTrack(track.mediaStreamTrack)
      video.srcObject = stream
      play()
    })
    next.on(RoomEvent.TrackUnsubscribed, (track) => {
      stream.removeTrack(track.mediaStreamTrack)
      if (track.kind === Track.Kind.Video) onState({ name: 'waiting' })
    })
    next.on(RoomEvent.Reconnecting, () => onState({ name: 'reconnecting' }))
    next.on(RoomEvent.Disconnected, () => {
      // Thrown out, or away for too long: the server says which, when it is asked for the next token.
      if (mine === generation) retry()
    })
    await next.connect(access.url, access.token)
    attempts = 0
    if (mine === generation && stream.getTracks().length === 0) onState({ name: 'waiting' })
  }

  /** @param {unknown} error */
  function refuse(error) {
    if (error instanceof ApiError && error.denial) {
      stop()
      onState({ name: 'denied', denial: error.denial })
    } else if (error instanceof ApiError && !error.isTemporary && error.code !== 'conflict') {
      stop()
      onState({ name: 'failed', message: error.message })
    } else {
      retry()
    }
  }

  function retry() {
    detach()
    onState({ name: 'reconnecting' })
    const seconds = Math.min(15, 2 ** Math.min(attempts, 4)) * (0.8 + Math.random() * 0.4)
    attempts += 1
    retryTimer = setTimeout(load, seconds * 1000)
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
    onState({ name: 'idle' })
  }

  video.addEventListener('playing', () => {
    if (room !== null) onState({ name: 'playing' })
  })

  return {
    load,
    stop,
    /** The client notices by itself whether anything is sent. */
    expectMedia() {},
    pause() {
      isPausedByViewer = true
      video.pause()
    },
    toLive() {
      isPausedByViewer = false
      play()
    },
    /** Within a second, always. */
    latencySeconds: () => null,
    destroy: stop,
  }
}
