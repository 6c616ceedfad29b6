import type { RequestHandler } from 'express'

/** The state of each part: `ok`, or what is missing in a few words. */
export type Health = Readonly<Record<string, string>>

/** `GET /healthz`: 200 when all parts are ready, 503 with the missing one otherwise. */
export function healthRoute(check: () => Promise<Health>): RequestHandler {
  return async (_request, response) => {
    const parts = await check()
    const isReady = Object.values(parts).every((state) => state === 'ok')
    response
      .status(isReady ? 200 : 503)
      .set('cache-control', 'no-store')
      .json({ status: isReady ? 'ok' : 'unavailable', parts })
  }
}
