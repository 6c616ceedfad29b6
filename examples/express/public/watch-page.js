import { ApiError, callApi } from './api.js'
import { pick, pickButton, pickElement, setText } from './elements.js'
import { audienceText, badgeText, countText } from './format.js'
import { createLiveTips } from './live-tips.js'
import { createPlayer } from './player.js'
import { bindPlayerControls } from './player-controls.js'
import { followStream } from './stream-feed.js'
import { bindTipPanel } from './tip-panel.js'
import { screenFor } from './watch-screens.js'
import { createWebrtcPlayer } from './webrtc-player.js'

/**
 * @typedef {import('./api.js').Stream} Stream
 * @typedef {import('./player.js').PlayerState} PlayerState
 */

const root = pickElement(document, '[data-watch]')
const frame = pickElement(root, '[data-player]')
const streamId = root.dataset.streamId ?? ''
const creator = root.dataset.creator ?? 'The creator'

/** @type {Stream['status'] | 'gone'} */
let status = 'ready'
/** @type {string | undefined} */
let sessionId
/** @type {PlayerState} */
let playerState = { name: 'idle' }
let isConnected = true
let announced = ''

const create = root.dataset.delivery === 'webrtc' ? createWebrtcPlayer : createPlayer
const player = create({
  video: pick(frame, '[data-video]', HTMLVideoElement),
  requestPlayback: () => callApi('POST', `/streams/${streamId}/playback`),
  onState: (state) => {
    playerState = state
    render()
  },
})
const controls = bindPlayerControls(frame, player)

function isLiveNow() {
  return status === 'live' || status === 'interrupted'
}

/** @param {Stream} stream */
function onStream(stream) {
  const wasIdle = playerState.name === 'idle'
  status = stream.status
  const isOnStage = isLiveNow()
  player.expectMedia(stream.status === 'live')
  if (isOnStage && wasIdle) void player.load()
  if (!isOnStage && !wasIdle && playerState.name !== 'denied') player.stop()
  if (stream.status === 'ready' && playerState.name === 'idle' && accessChecks === 0) void checkAccess()
  setText(pickElement(root, '[data-audience]'), `· ${audienceText(stream.access)}`)
  showViewers(stream.viewers.current)
  render()
}

/**
 * The encoder came back. In the same session the player goes on by itself, a new one is a new source.
 *
 * @param {string} id
 */
function onSession(id) {
  const isNew = sessionId !== undefined && sessionId !== id
  sessionId = id
  if (isNew && status === 'live' && playerState.name !== 'denied') void player.load()
}

/** Counts the questions below, as the answer to an older one must not overrule a newer one. */
let accessChecks = 0

/**
 * Asks whether this viewer may watch, and touches no picture that may go on. Before the show somebody who will not get in
 * learns it now and not when it starts.
 */
async function checkAccess() {
  accessChecks += 1
  const mine = accessChecks
  const denial = await askForDenial()
  if (mine !== accessChecks || denial === undefined) return
  if (denial === null) {
    if (playerState.name === 'denied') letIn()
  } else if (denial.reason !== 'not_started' || isLiveNow()) {
    if (playerState.name !== 'denied') player.stop()
    playerState = { name: 'denied', denial }
    render()
  }
}

/** Null for a viewer who may watch; undefined when the server cannot say. */
async function askForDenial() {
  try {
    await callApi('POST', `/streams/${streamId}/playback`)
    return null
  } catch (error) {
    return error instanceof ApiError ? error.denial : undefined
  }
}

function letIn() {
  if (isLiveNow()) void player.load()
  else player.stop()
}

/**
 * The platform looked at this viewer's access again: nobody plays on who may not, and who may again need not reload.
 *
 * @param {boolean} isAllowed
 */
function onAccess(isAllowed) {
  accessChecks += 1
  const isPlaying = playerState.name === 'playing' || playerState.name === 'buffering'
  if (!isAllowed) player.stop()
  if (!isLiveNow()) void checkAccess()
  else if (!isAllowed || !isPlaying) void player.load()
}

/** @param {number} count */
function showViewers(count) {
  const pill = pickElement(frame, '[data-viewers]')
  pill.hidden = !isLiveNow()
  setText(pill, countText(count, 'watching', 'watching'))
}

function render() {
  const screen = screenFor({ status, playerState, isConnected, creator })
  frame.dataset.screen = screen ? screen.name : 'none'
  root.dataset.status = status
  pickElement(frame, '[data-screen]').hidden = screen === null
  pickElement(frame, '[data-controls]').hidden = screen !== null
  const badge = pickElement(frame, '[data-badge]')
  badge.hidden = status === 'gone'
  if (status !== 'gone') {
    setText(badge, badgeText(status))
    badge.className = `badge ${status === 'ready' ? 'soon' : status}`
  }
  if (screen) {
    setText(pickElement(frame, '[data-screen-title]'), screen.title)
    setText(pickElement(frame, '[data-screen-text]'), screen.text)
    pickElement(frame, '[data-spinner]').hidden = !screen.isBusy
    const action = pickButton(frame, '[data-screen-action]')
    action.hidden = screen.action === undefined
    setText(action, screen.action ?? '')
  }
  for (const group of frame.querySelectorAll('[data-denial-actions]')) {
    if (group instanceof HTMLElement) group.hidden = group.dataset.denialActions !== screen?.actions
  }
  controls.render()
  announce(screen ? screen.title : `${creator} is live.`)
}

/** @param {string} text */
function announce(text) {
  if (text === announced) return
  announced = text
  setText(pickElement(root, '[data-announcer]'), text)
}

pickButton(frame, '[data-screen-action]').addEventListener('click', () => void player.load())

const tipping = pickElement(root, '[data-tipping]')
const liveTips = createLiveTips(tipping)
bindTipPanel(tipping)

followStream(streamId, {
  onStream,
  onTip: liveTips.onTip,
  onSession,
  onAccess,
  onReturn: () => {
    if (status === 'ready' || isLiveNow()) void checkAccess()
  },
  onViewers: ({ current }) => showViewers(current),
  onConnection: (connected) => {
    isConnected = connected
    render()
  },
  onGone: () => {
    status = 'gone'
    player.stop()
    render()
  },
})
render()
