import { isStreamingError, type Stream, type Streaming } from '@stagedoor/streaming-core'
import express, { type Request, type Response, Router } from 'express'
import { findPerson, personCookie, whoIs } from './people.ts'

/** Pushes a looped clip with a stream's own key, as an encoder would. Only the local platform has one. */
export interface TestSource {
  start(stream: Stream): Promise<void>
  stop(stream: Stream): void
}

/** What only a demo has: becoming somebody else with one press, and a video source at hand. */
export function demoRouter(streaming: Streaming, testSource: TestSource | null): Router {
  const router = Router()

  router.post('/person', express.urlencoded({ extended: false, limit: '4kb' }), (request, response) => {
    const { person: id, next } = request.body ?? {}
    const person = findPerson(String(id ?? ''))
    const cookie = { httpOnly: true, sameSite: 'lax', path: '/' } as const
    if (person) response.cookie(personCookie, person.id, { ...cookie, maxAge: 30 * 86_400_000 })
    else response.clearCookie(personCookie, cookie)
    response.redirect(303, localPath(next))
  })

  router.post('/streams/:id/test-source', (request, response) =>
    asOwner(request, response, async (source, stream) => {
      await source.start(stream)
      response.status(202).json({ pushing: true })
    }),
  )

  router.delete('/streams/:id/test-source', (request, response) =>
    asOwner(request, response, async (source, stream) => {
      source.stop(stream)
      response.status(204).end()
    }),
  )

  async function asOwner(
    request: Request<{ id: string }>,
    response: Response,
    act: (source: TestSource, stream: Stream) => Promise<void>,
  ): Promise<void> {
    const person = whoIs(request.headers)
    if (person === null) return fail(response, 401, 'unauthenticated', 'Sign in first.')
    if (testSource === null)
      return fail(response, 501, 'unsupported', 'Only the local platform has a test source.')
    try {
      const stream = await streaming.getStream(request.params.id)
      if (stream.creatorId !== person.id) return fail(response, 403, 'forbidden', 'This is not your stream.')
      await act(testSource, stream)
    } catch (error) {
      if (!isStreamingError(error)) throw error
      fail(response, error.status, error.code, error.message)
    }
  }

  return router
}

function fail(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ error: { code, message } })
}

/** Only a path of this site: a form must not send people elsewhere. */
function localPath(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])[\w\-./]*$/.test(next) ? next : '/'
}
