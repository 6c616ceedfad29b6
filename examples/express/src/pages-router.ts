import { isStreamingError, type Streaming } from '@stagedoor/streaming-core'
import { type Request, Router } from 'express'
import { eligibility } from './access.ts'
import { earningsPage } from './pages/earnings.ts'
import { messagePage } from './pages/error.ts'
import type { PageContext } from './pages/layout.ts'
import { liveCards, livePage } from './pages/live.ts'
import { overlayPage } from './pages/overlay.ts'
import { studioPage } from './pages/studio.ts'
import { watchPage } from './pages/watch.ts'
import { whoIs } from './people.ts'

const openStatuses = ['live', 'interrupted', 'ready'] as const

/** The pages. They read from the SDK in process, and their modules call its HTTP API. */
export function pagesRouter(
  streaming: Streaming,
  options: {
    readonly hasTestSource: boolean
    readonly hasBrowserStreaming: boolean
    /** Viewers then choose how a payment goes. */
    readonly isFakeMoney: boolean
  },
): Router {
  const router = Router()

  const listOnStage = async () => {
    const { items } = await streaming.listStreams({ status: openStatuses, limit: 60 })
    return items.toSorted(
      (a, b) => openStatuses.indexOf(rank(a.status)) - openStatuses.indexOf(rank(b.status)),
    )
  }

  router.get('/', async (request, response) => {
    response.send(livePage(contextOf(request), await listOnStage(), new Date()))
  })

  router.get('/fragments/live', async (_request, response) => {
    response.set('cache-control', 'no-store').send(liveCards(await listOnStage(), new Date()).markup)
  })

  router.get('/studio', async (request, response) => {
    const context = contextOf(request)
    const creatorId = context.person?.id
    const decision = creatorId === undefined ? null : await eligibility({ userId: creatorId })
    const open =
      creatorId === undefined
        ? null
        : await streaming.listStreams({ creatorId, status: openStatuses, limit: 1 })
    response.set('cache-control', 'no-store').send(
      studioPage(context, {
        stream: open?.items[0] ?? null,
        refusal: decision === null || decision.eligible ? null : decision.reason,
        hasTestSource: options.hasTestSource,
        hasBrowserStreaming: options.hasBrowserStreaming,
        origin: `${request.protocol}://${request.get('host')}`,
      }),
    )
  })

  router.get('/earnings', (request, response) => {
    const origin = `${request.protocol}://${request.get('host')}`
    response.set('cache-control', 'no-store').send(earningsPage(contextOf(request), { origin }))
  })

  router.get('/overlay/:creatorId', (request, response) => {
    // Its address is a secret, which no request that it makes may tell.
    response.set({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    response.send(overlayPage(request.params.creatorId))
  })

  router.get('/watch/:id', async (request, response) => {
    const context = contextOf(request)
    try {
      response.send(watchPage(context, await streaming.getStream(request.params.id), options.isFakeMoney))
    } catch (error) {
      if (!isStreamingError(error, 'not_found') && !isStreamingError(error, 'invalid_input')) throw error
      response.status(404).send(
        messagePage(context, {
          title: 'No stream here',
          text: 'The link may be incomplete, or the platform restarted: the demo keeps streams in memory.',
        }),
      )
    }
  })

  return router
}

function rank(status: string): (typeof openStatuses)[number] {
  return openStatuses.find((open) => open === status) ?? 'ready'
}

export function contextOf(request: Request): PageContext {
  return { person: whoIs(request.headers), path: request.path }
}
