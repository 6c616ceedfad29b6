import { ApiError } from './api.js'

/**
 * Holds the newest token of a playback URL, and asks for the next one before it expires, so that nothing on screen
 * changes. A refusal (a refund, a ban) is handed on at once.
 *
 * @param {{ url: string, expiresAt: string }} access
 * @param {() => Promise<{ url: string, expiresAt: string }>} requestPlayback
 * @param {(error: unknown) => void} onRefused
 */
export function keepFreshToken(access, requestPlayback, onRefused) {
  const { origin } = new URL(access.url, location.href)
  let token = tokenOf(access.url)
  let isStopped = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  /** @param {string} expiresAt */
  function schedule(expiresAt) {
    const leftMilliseconds = Date.parse(expiresAt) - Date.now()
    const delay = Math.max(1000, Math.min(leftMilliseconds * 0.75, leftMilliseconds - 20_000))
    timer = setTimeout(refresh, Math.min(delay, 2 ** 31 - 1))
  }

  async function refresh() {
    try {
      const next = await requestPlayback()
      if (isStopped) return
      token = tokenOf(next.url)
      schedule(next.expiresAt)
    } catch (error) {
      if (isStopped) return
      if (error instanceof ApiError && error.isTemporary) timer = setTimeout(refresh, 5000)
      else onRefused(error)
    }
  }

  schedule(access.expiresAt)
  return {
    /**
     * The same URL with the newest token, for the provider's own playlists.
     *
     * @param {string} url
     */
    apply(url) {
      const target = new URL(url, location.href)
      if (token === null || target.origin !== origin || !target.searchParams.has('token')) return url
      target.searchParams.set('token', token)
      return target.href
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

/** @param {string} url */
function tokenOf(url) {
  return new URL(url, location.href).searchParams.get('token')
}
