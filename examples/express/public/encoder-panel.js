import { callApi } from './api.js'
import { confirmDialog } from './confirm-dialog.js'
import { bindCopyButton } from './copy-button.js'
import { pickButton, pickElement, pickInput, setText } from './elements.js'

const revealSeconds = 30

/**
 * Server and stream key of one stream. The key stays masked; it can be copied without being shown.
 *
 * @param {HTMLElement} root
 * @param {() => string} streamId
 */
export function bindEncoderPanel(root, streamId) {
  const server = pickInput(root, '[data-field="server"]')
  const key = pickInput(root, '[data-key]')
  const reveal = pickButton(root, '[data-reveal]')
  const problem = pickElement(root, '[data-ingest-error]')
  const ffmpegLine = pickElement(root, '[data-ffmpeg]')
  const testSource = root.querySelector('[data-test-source]')
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let hideTimer
  let isPushing = false

  /** @param {boolean} isShown */
  function showKey(isShown) {
    clearTimeout(hideTimer)
    key.type = isShown ? 'text' : 'password'
    reveal.setAttribute('aria-pressed', String(isShown))
    setText(reveal, isShown ? 'Hide' : 'Show')
    if (isShown) hideTimer = setTimeout(() => showKey(false), revealSeconds * 1000)
  }

  /** @param {{ type: string, url: string, streamKey?: string }} ingest */
  function fill(ingest) {
    server.value = ingest.url
    key.value = ingest.streamKey ?? ''
    setText(ffmpegLine, ffmpegCommand(ingest.url, '<your stream key>'))
    problem.hidden = true
    showKey(false)
  }

  /** @param {unknown} error */
  function showProblem(error) {
    setText(problem, error instanceof Error ? error.message : String(error))
    problem.hidden = false
  }

  async function load() {
    try {
      fill(await callApi('GET', `/streams/${streamId()}/ingest`))
    } catch (error) {
      showProblem(error)
    }
  }

  async function rotate() {
    const isSure = await confirmDialog({
      title: 'Make a new stream key?',
      text: 'The present key stops working at once. An encoder that uses it loses its connection and needs the new one.',
      confirm: 'Make a new key',
    })
    if (!isSure) return
    try {
      fill(await callApi('POST', `/streams/${streamId()}/ingest/rotate`))
    } catch (error) {
      showProblem(error)
    }
  }

  async function toggleTestSource() {
    if (!(testSource instanceof HTMLButtonElement)) return
    testSource.disabled = true
    try {
      await callApi(isPushing ? 'DELETE' : 'POST', `/demo/streams/${streamId()}/test-source`)
      setPushing(!isPushing)
    } catch (error) {
      showProblem(error)
    } finally {
      testSource.disabled = false
    }
  }

  /** @param {boolean} isOn */
  function setPushing(isOn) {
    isPushing = isOn
    if (testSource) setText(testSource, isOn ? 'Stop the test source' : 'Push the test source')
  }

  reveal.addEventListener('click', () => showKey(key.type === 'password'))
  bindCopyButton(pickButton(root, '[data-copy="server"]'), () => server.value)
  bindCopyButton(pickButton(root, '[data-copy-key]'), () => key.value)
  bindCopyButton(pickButton(root, '[data-copy-ffmpeg]'), () => ffmpegCommand(server.value, key.value))
  pickButton(root, '[data-rotate]').addEventListener('click', () => void rotate())
  testSource?.addEventListener('click', () => void toggleTestSource())

  return {
    load,
    setPushing,
    clear() {
      showKey(false)
      server.value = ''
      key.value = ''
      setPushing(false)
    },
  }
}

/**
 * @param {string} server
 * @param {string} key
 */
function ffmpegCommand(server, key) {
  const target = `${server.replace(/\/?$/, '/')}${key}`
  return `ffmpeg -re -stream_loop -1 -i video.mp4 -c:v libx264 -preset veryfast -b:v 2500k -g 60 -c:a aac -f flv "${target}"`
}
