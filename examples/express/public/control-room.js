import { ApiError, callApi } from './api.js'
import { bindBrowserPublisher } from './browser-publisher.js'
import { confirmDialog } from './confirm-dialog.js'
import { bindCopyButton } from './copy-button.js'
import { bindCostMeter } from './cost-meter.js'
import { pickButton, pickElement, pickInput, setText, showWhen } from './elements.js'
import { bindEncoderPanel } from './encoder-panel.js'
import { audienceText, badgeText, clockTime, countText } from './format.js'
import { createPreview } from './preview.js'
import { followStream } from './stream-feed.js'

/** @typedef {import('./api.js').Stream} Stream */

/** How long IVS holds a session whose encoder is gone. */
const graceSeconds = 30
/** How long a warning of the provider stays on screen. */
const troubleSeconds = 60

/**
 * The creator's side of one stream, from the waiting for an encoder to the summary.
 *
 * @param {HTMLElement} root
 * @param {{ origin: string, onConnection: (isConnected: boolean) => void, onLeave: () => void }} options
 */
export function createControlRoom(root, { origin, onConnection, onLeave }) {
  /** @type {Stream | null} */
  let stream = null
  let unfollow = () => {}
  let warnedAt = 0
  const announcer = pickElement(document, '[data-announcer]')
  const preview = createPreview(pickElement(root, '[data-preview]'), () => stream?.id ?? '')
  const publisher = bindBrowserPublisher(pickElement(root, '[data-publisher]'), () => stream?.id ?? '')
  const encoder = bindEncoderPanel(pickElement(root, '[data-encoder]'), () => stream?.id ?? '')
  const costMeter = bindCostMeter(root)
  const share = pickInput(root, '[data-field="share"]')
  const end = pickButton(root, '[data-end]')

  /** @param {Stream} next */
  function render(next) {
    const before = stream?.id === next.id ? stream.status : null
    stream = next
    root.dataset.status = next.status
    root.dataset.delivery = next.delivery
    showWhen(root, next.status)
    setText(pickElement(root, '[data-title]'), next.title)
    setText(pickElement(root, '[data-audience]'), audienceText(next.access))
    const badge = pickElement(root, '[data-badge]')
    badge.className = `badge ${next.status === 'ready' ? 'soon' : next.status}`
    setText(badge, next.status === 'ready' ? 'Not live yet' : badgeText(next.status))
    share.value = `${origin}/watch/${next.id}`
    showViewers(next.viewers)
    // The creator sees their own camera; what comes back by HLS is worth a preview.
    if (next.delivery === 'hls') preview.update(next.status)
    costMeter.follow(next)
    if (next.status === 'ended' || next.status === 'failed') finish(next)
    if (before !== null && before !== next.status) setText(announcer, badgeText(next.status))
    tick()
  }

  /** @param {{ current: number, peak: number }} viewers */
  function showViewers(viewers) {
    setText(pickElement(root, '[data-viewers]'), viewers.current.toLocaleString('en'))
    setText(pickElement(root, '[data-peak]'), viewers.peak.toLocaleString('en'))
  }

  /**
   * @param {string} message
   * @param {string} at
   */
  function onWarning(message, at) {
    warnedAt = Date.parse(at)
    setText(pickElement(root, '[data-warning]'), message)
    tick()
  }

  /** @param {readonly string[]} reasons */
  function showReasons(reasons) {
    const items = reasons.map((reason) =>
      Object.assign(document.createElement('li'), { textContent: reason }),
    )
    pickElement(root, '[data-reasons]').replaceChildren(...items)
  }

  /** @param {Stream} ended */
  function finish(ended) {
    encoder.clear()
    publisher.stop()
    const hasPlayed = ended.liveAt !== undefined
    const title = ended.status === 'failed' ? 'The stage could not be set up' : 'The stream has ended'
    setText(pickElement(root, '[data-summary-title]'), title)
    setText(pickElement(root, '[data-summary-text]'), ended.endReason ?? '')
    pickElement(root, '[data-summary-stats]').hidden = !hasPlayed
    const length = Date.parse(ended.endedAt ?? '') - Date.parse(ended.liveAt ?? '')
    setText(pickElement(root, '[data-summary-duration]'), Number.isFinite(length) ? clockTime(length) : '–')
    setText(pickElement(root, '[data-summary-peak]'), countText(ended.viewers.peak, 'viewer'))
  }

  function tick() {
    if (stream?.liveAt) {
      setText(pickElement(root, '[data-duration]'), clockTime(Date.now() - Date.parse(stream.liveAt)))
    }
    const isTroubled = Date.now() - warnedAt < troubleSeconds * 1000
    const signal = stream?.status === 'interrupted' ? 'Lost' : isTroubled ? 'Unsteady' : 'Good'
    setText(pickElement(root, '[data-health]'), signal)
    pickElement(root, '[data-warning]').hidden = !isTroubled
    if (stream?.interruptedAt) {
      const left = Math.ceil(graceSeconds - (Date.now() - Date.parse(stream.interruptedAt)) / 1000)
      const text =
        left > 0
          ? `It has ${countText(left, 'second')} to return.`
          : 'Still waiting. Without your encoder the stream ends within half a minute.'
      setText(pickElement(root, '[data-grace]'), text)
    }
  }

  async function endStream() {
    if (!stream) return
    const isSure = await confirmDialog({
      title: 'End the stream?',
      text: 'It ends for everyone and cannot be opened again. Stop your encoder too.',
      confirm: 'End stream',
      cancel: 'Keep streaming',
    })
    if (!isSure) return
    end.disabled = true
    setText(end, 'Ending…')
    try {
      await callApi('DELETE', `/streams/${stream.id}`)
      const answer = await callApi('GET', `/streams/${stream.id}`)
      render(answer.stream)
    } catch (error) {
      const problem = pickElement(root, '[data-ingest-error]')
      problem.hidden = false
      setText(problem, error instanceof ApiError ? error.message : String(error))
    } finally {
      end.disabled = false
      setText(end, 'End stream')
    }
  }

  function leave() {
    unfollow()
    preview.update('ended')
    costMeter.stop()
    stream = null
    onLeave()
  }

  bindCopyButton(pickButton(root, '[data-copy="share"]'), () => share.value)
  end.addEventListener('click', () => void endStream())
  pickButton(root, '[data-again]').addEventListener('click', leave)
  setInterval(tick, 1000)

  return {
    /**
     * @param {string} streamId
     * @param {readonly string[]} [reasons] - Why it is carried this way, when the stream was made just now.
     */
    open(streamId, reasons) {
      unfollow()
      if (reasons) showReasons(reasons)
      unfollow = followStream(streamId, {
        onStream: (next) => {
          const isFirst = stream?.id !== next.id
          render(next)
          const isOpen = next.status !== 'ended' && next.status !== 'failed'
          if (isFirst && isOpen && next.delivery === 'hls') void encoder.load()
        },
        onViewers: showViewers,
        onWarning,
        onSession: preview.onSession,
        onConnection,
        onGone: leave,
      })
    },
  }
}
