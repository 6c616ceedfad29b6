import { callApi } from './api.js'
import { pick, pickElement, setText } from './elements.js'
import { createPlayer } from './player.js'

/**
 * What viewers see, muted, for the creator.
 *
 * @param {HTMLElement} root
 * @param {() => string} streamId
 */
export function createPreview(root, streamId) {
  const video = pick(root, '[data-preview-video]', HTMLVideoElement)
  const note = pickElement(root, '[data-preview-note]')
  let isOn = false
  let isPlaying = false
  let isInterrupted = false
  /** @type {string | undefined} */
  let sessionId
  const player = createPlayer({
    video,
    requestPlayback: () => callApi('POST', `/streams/${streamId()}/playback`),
    onState: (state) => {
      isPlaying = state.name === 'playing'
      if (state.name === 'failed') setText(note, state.message)
      else render()
    },
  })

  function render() {
    note.hidden = isPlaying
    setText(note, isInterrupted ? 'Your viewers see a short break.' : 'Loading the preview…')
  }

  return {
    /** @param {string} id - A new session is a new source. */
    onSession(id) {
      if (isOn && sessionId !== undefined && sessionId !== id) void player.load()
      sessionId = id
    },
    /** @param {import('./api.js').Stream['status']} status */
    update(status) {
      const shouldBeOn = status === 'live' || status === 'interrupted'
      player.expectMedia(status === 'live')
      if (shouldBeOn && !isOn) void player.load()
      if (!shouldBeOn && isOn) player.stop()
      isOn = shouldBeOn
      isInterrupted = status === 'interrupted'
      render()
    },
  }
}
