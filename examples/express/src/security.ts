import type { RequestHandler } from 'express'

/**
 * Response headers of every page: no inline script or style, no framing, media only from where this platform plays.
 *
 * @param mediaOrigins - Where playlists and segments come from, such as ivs-local's address.
 */
export function securityHeaders(mediaOrigins: readonly string[]): RequestHandler {
  const media = mediaOrigins.join(' ')
  const policy = [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' data:`,
    `connect-src 'self' ${media}`,
    `media-src 'self' blob: ${media}`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
  return (_request, response, next) => {
    response.set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(self), microphone=(self), geolocation=()',
    })
    next()
  }
}

/**
 * Refuses changes that another site's page asks for with this site's cookie. `SameSite=Lax` does so already in
 * browsers of today; this holds for the others. Callers that are no browser send neither header.
 */
export const sameOriginOnly: RequestHandler = (request, response, next) => {
  const { origin, 'sec-fetch-site': site } = request.headers
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  const isForeign = site === 'cross-site' || (origin !== undefined && hostOf(origin) !== request.headers.host)
  if (isSafe || !isForeign) return next()
  response.status(403).json({ error: { code: 'forbidden', message: 'This call came from another site.' } })
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
