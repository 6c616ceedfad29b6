/**
 * @typedef {import('./alert-queue.js').TipAlert} TipAlert
 * @typedef {import('./alert-queue.js').GoalAlert} GoalAlert
 */

const refusedSeconds = 10
const awaySeconds = 3
/** As long as the server keeps what is missed: who was away for longer begins with what comes next. */
const resumeSeconds = 86_400
const aliveSeconds = 5

/**
 * Follows a creator's alerts: comes back by itself after the server was away, or the page was closed, and then gets what
 * it missed: the newest 200 of a day.
 *
 * @param {{ creatorId: string, token: string }} address
 * @param {{
 *   onReady: (settings: { showSeconds: number }) => void,
 *   onAlert: (alert: TipAlert | GoalAlert, position: string) => void,
 *   onRefused: () => void,
 * }} listeners
 */
export function followAlerts({ creatorId, token }, { onReady, onAlert, onRefused }) {
  const memory = createMemory(`stagedoor-overlay:${creatorId}`)
  /** @type {EventSource | null} */
  let source = null

  function address() {
    const position = memory.read()
    const query = new URLSearchParams({ token, ...(position && { lastEventId: position }) })
    return `/api/tips/creators/${encodeURIComponent(creatorId)}/alerts?${query}`
  }

  function listen() {
    source?.close()
    const own = new EventSource(address())
    source = own
    own.addEventListener('alerts.ready', (event) => {
      memory.begin(event.lastEventId)
      onReady(JSON.parse(event.data))
    })
    for (const type of ['tip.completed', 'goal.reached'])
      own.addEventListener(type, (event) => {
        const message = /** @type {MessageEvent} */ (event)
        onAlert(JSON.parse(message.data), message.lastEventId)
      })
    own.addEventListener('error', () => {
      // Otherwise the browser comes back by itself, and asks for what it missed.
      if (own.readyState === EventSource.CLOSED && source === own) void findOut()
    })
  }

  /** An event source does not tell why it was refused. */
  async function findOut() {
    const controller = new AbortController()
    try {
      const { status } = await fetch(address(), { signal: controller.signal, cache: 'no-store' })
      controller.abort()
      if (status === 200) return listen()
      const isRefused = status >= 400 && status < 500 && status !== 429
      if (isRefused) onRefused()
      setTimeout(findOut, (isRefused ? refusedSeconds : awaySeconds) * 1000)
    } catch {
      setTimeout(findOut, awaySeconds * 1000)
    }
  }

  setInterval(() => {
    if (source?.readyState === EventSource.OPEN) memory.keep()
  }, aliveSeconds * 1000)
  addEventListener('pagehide', () => {
    if (source?.readyState === EventSource.OPEN) memory.keep()
  })
  listen()

  return {
    /**
     * Up to here everything was shown.
     *
     * @param {string} position
     */
    passed: (position) => memory.write(position),
  }
}

/**
 * The number of the last alert that was shown, kept beyond this page where the browser lets it.
 *
 * @param {string} name
 */
function createMemory(name) {
  const now = () => Math.floor(Date.now() / 1000)
  let position = stored()

  /** @returns {string | null} */
  function stored() {
    try {
      const [, kept, at] = /^(\d+)@(\d+)$/.exec(localStorage.getItem(name) ?? '') ?? []
      return kept !== undefined && now() - Number(at) < resumeSeconds ? kept : null
    } catch {
      return null
    }
  }

  function keep() {
    try {
      if (position !== null) localStorage.setItem(name, `${position}@${now()}`)
    } catch {
      // Without storage an overlay that is closed and opened begins with what comes next.
    }
  }

  return {
    keep,
    read: () => position,
    /** The server may have forgotten what was later, as after a restore. @param {string} first */
    begin(first) {
      if (position === null || Number(first) < Number(position)) position = first
      keep()
    },
    /** @param {string} next */
    write(next) {
      // What was folded is further back, and must not be shown again.
      if (position !== null && Number(next) < Number(position)) return
      position = next
      keep()
    },
  }
}
