import { Room, RoomEvent, Track } from '/vendor/livekit-client.js'
import { callApi } from './api.js'
import { pick, pickButton, pickElement, setText } from './elements.js'

/**
 * The creator's camera and microphone, sent from this page.
 *
 * @param {HTMLElement} root
 * @param {() => string} streamId
 */
export function bindBrowserPublisher(root, streamId) {
  const video = pick(root, '[data-camera]', HTMLVideoElement)
  const start = pickButton(root, '[data-camera-start]')
  const mute = pickButton(root, '[data-camera-mute]')
  const note = pickElement(root, '[data-camera-note]')
  const problem = pickElement(root, '[data-camera-error]')
  /** @type {Room | null} */
  let room = null

  /** @param {'off' | 'starting' | 'on'} state */
  function show(state) {
    root.dataset.camera = state
    start.disabled = state === 'starting'
    setText(start, { off: 'Start camera and go live', starting: 'Starting…', on: 'Stop sending' }[state])
    start.classList.toggle('primary', state !== 'on')
    mute.hidden = state !== 'on'
    note.hidden = state === 'on'
  }

  async function goLive() {
    show('starting')
    problem.hidden = true
    try {
      const access = await callApi('GET', `/streams/${streamId()}/ingest`)
      const next = new Room({ adaptiveStream: true, dynacast: true })
      next.on(RoomEvent.LocalTrackPublished, ({ track }) => {
        if (track?.kind === Track.Kind.Video) track.attach(video)
      })
      next.on(RoomEvent.Disconnected, () => {
        if (room === next) leave()
      })
      room = next
      await next.connect(access.url, access.token)
      await next.localParticipant.enableCameraAndMicrophone()
      show('on')
    } catch (error) {
      leave()
      setText(problem, explain(error))
      problem.hidden = false
    }
  }

  function leave() {
    const old = room
    room = null
    void old?.disconnect()
    video.srcObject = null
    show('off')
  }

  async function toggleMicrophone() {
    if (!room) return
    const isOn = !room.localParticipant.isMicrophoneEnabled
    await room.localParticipant.setMicrophoneEnabled(isOn)
    setText(mute, isOn ? 'Mute microphone' : 'Unmute microphone')
  }

  start.addEventListener('click', () => (room ? leave() : void goLive()))
  mute.addEventListener('click', () => void toggleMicrophone())
  show('off')
  return { stop: leave }
}

/** @param {unknown} error */
function explain(error) {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError')
    return 'The browser may not use your camera. Allow it beside the address, and try again.'
  if (name === 'NotFoundError') return 'No camera or microphone was found. Plug one in and try again.'
  if (name === 'NotReadableError') return 'Another program uses the camera. Close it and try again.'
  return error instanceof Error ? error.message : String(error)
}
