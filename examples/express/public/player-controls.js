import { pick, pickButton, pickElement, pickInput, setText } from './elements.js'

/**
 * The bar under the picture, and its keys: space or K plays, M mutes, L goes to the live edge, F fills the screen.
 *
 * @param {HTMLElement} root
 * @param {{ toLive: () => void, pause: () => void, latencySeconds: () => number | null }} player
 */
export function bindPlayerControls(root, player) {
  const video = pick(root, '[data-video]', HTMLVideoElement)
  const play = pickButton(root, '[data-play]')
  const mute = pickButton(root, '[data-mute]')
  const unmute = pickButton(root, '[data-unmute]')
  const volume = pickInput(root, '[data-volume]')
  const latency = pickElement(root, '[data-latency]')

  function togglePlay() {
    if (video.paused) player.toLive()
    else player.pause()
  }

  function toggleMute() {
    video.muted = !video.muted
    if (!video.muted && video.volume === 0) video.volume = 0.5
  }

  function toggleFullscreen() {
    if (document.fullscreenElement) void document.exitFullscreen()
    else void root.requestFullscreen?.().catch(() => {})
  }

  function render() {
    root.dataset.paused = String(video.paused)
    root.dataset.muted = String(video.muted)
    play.setAttribute('aria-label', video.paused ? 'Play' : 'Pause')
    mute.setAttribute('aria-label', video.muted ? 'Unmute' : 'Mute')
    volume.value = String(video.muted ? 0 : video.volume)
    unmute.hidden = !video.muted || video.paused || root.dataset.screen !== 'none'
  }

  function renderLatency() {
    const seconds = player.latencySeconds()
    setText(latency, seconds === null ? 'Live' : `${seconds.toFixed(0)} s behind`)
    root.dataset.behind = String(seconds !== null && seconds > 12)
  }

  const keys = { ' ': togglePlay, k: togglePlay, m: toggleMute, f: toggleFullscreen, l: player.toLive }
  root.addEventListener('keydown', (event) => {
    const isInControl =
      event.target instanceof HTMLElement && event.target.closest('button, input, a') !== null
    if (event.ctrlKey || event.metaKey || event.altKey || (isInControl && event.key === ' ')) return
    const action = Object.entries(keys).find(([key]) => key === event.key.toLowerCase())?.[1]
    if (action === undefined || root.dataset.screen !== 'none') return
    event.preventDefault()
    action()
  })
  play.addEventListener('click', togglePlay)
  mute.addEventListener('click', toggleMute)
  unmute.addEventListener('click', toggleMute)
  pickButton(root, '[data-to-live]').addEventListener('click', player.toLive)
  pickButton(root, '[data-fullscreen]').addEventListener('click', toggleFullscreen)
  volume.addEventListener('input', () => {
    video.volume = Number(volume.value)
    video.muted = video.volume === 0
  })
  video.addEventListener('playing', renderLatency)
  for (const type of ['play', 'pause', 'volumechange', 'playing']) video.addEventListener(type, render)
  setInterval(renderLatency, 1000)
  render()
  return { render }
}
