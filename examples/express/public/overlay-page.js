import { createAlertCard, createNotice } from './alert-card.js'
import { followAlerts } from './alert-feed.js'
import { createAlertQueue } from './alert-queue.js'
import { pickElement } from './elements.js'

const exitMs = 400
const noticeSeconds = 30

const stage = pickElement(document, '[data-stage]')
const creatorId = document.body.dataset.creatorId ?? ''
const token = new URLSearchParams(location.search).get('token') ?? ''

const queue = createAlertQueue()
let showSeconds = 8
let isShowing = false
let wasRefused = false

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @param {HTMLElement} card @param {number} seconds */
async function show(card, seconds) {
  stage.replaceChildren(card)
  await pause(seconds * 1000)
  card.dataset.state = 'leaving'
  await pause(exitMs)
  card.remove()
}

async function showAll() {
  if (isShowing) return
  isShowing = true
  for (let next = queue.next(); next; next = queue.next()) {
    feed.passed(next.position)
    await show(createAlertCard(next.alert), showSeconds)
  }
  isShowing = false
}

const feed = followAlerts(
  { creatorId, token },
  {
    onReady(settings) {
      showSeconds = settings.showSeconds
    },
    onAlert(alert, position) {
      queue.add(alert, position)
      void showAll()
    },
    onRefused() {
      queue.clear()
      if (wasRefused) return
      wasRefused = true
      void show(createNotice(), noticeSeconds)
    },
  },
)
