import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { toNodeHandler } from '@stagedoor/http-node'
import { type Streaming, streamingErrorTable } from '@stagedoor/streaming-core'
import type { Tips } from '@stagedoor/tips'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { demoRouter, type TestSource } from './demo-router.ts'
import { type Health, healthRoute } from './health.ts'
import { messagePage } from './pages/error.ts'
import { contextOf, pagesRouter } from './pages-router.ts'
import { sameOriginOnly, securityHeaders } from './security.ts'

/** What {@link createApp} serves. */
export interface AppOptions {
  readonly streaming: Streaming
  readonly streamingHandler: (request: Request) => Promise<Response>
  readonly tips: Tips
  readonly tipsHandler: (request: Request) => Promise<Response>
  /** The fake gateway's page; null where the gateway has one of its own. */
  readonly paymentPage: ((request: Request) => Promise<Response>) | null
  readonly testSource: TestSource | null
  /** Whether creators can go live from the browser. */
  readonly hasBrowserStreaming: boolean
  readonly mediaOrigins: readonly string[]
  readonly checkHealth: () => Promise<Health>
  readonly onError: (error: unknown) => void
}

const publicFolder = fileURLToPath(new URL('../public', import.meta.url))
const { resolve } = createRequire(import.meta.url)
const hlsModule = resolve('hls.js/dist/hls.light.min.mjs')
const livekitModule = resolve('livekit-client').replace(/[^/\\]+$/, 'livekit-client.esm.mjs')

/** The Express application: the SDK's API under `/api/streaming`, and the pages around it. */
export function createApp(options: AppOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(securityHeaders(options.mediaOrigins))
  app.get('/healthz', healthRoute(options.checkHealth))
  app.use('/api/streaming', toNodeHandler(options.streamingHandler, { onError: options.onError }))
  app.use('/api/tips', toNodeHandler(options.tipsHandler, { onError: options.onError }))
  if (options.paymentPage) app.use('/pay', toNodeHandler(options.paymentPage, { onError: options.onError }))
  app.use('/demo', sameOriginOnly, demoRouter(options.streaming, options.testSource))
  app.use('/assets', express.static(publicFolder, { index: false, redirect: false }))
  app.get('/vendor/hls.js', (_request, response) => response.sendFile(hlsModule))
  app.get('/vendor/livekit-client.js', (_request, response) => response.sendFile(livekitModule))
  app.use(
    pagesRouter(options.streaming, {
      hasTestSource: options.testSource !== null,
      hasBrowserStreaming: options.hasBrowserStreaming,
      isFakeMoney: options.paymentPage !== null,
    }),
  )
  app.use((request, response) => {
    response.status(404).send(
      messagePage(contextOf(request), {
        title: 'This page does not exist',
        text: 'Check the address, or start from the front.',
      }),
    )
  })
  const onError: ErrorRequestHandler = (error, request, response, next) => {
    if (response.headersSent) return next(error)
    const status = clientStatusOf(error) ?? streamingErrorTable.internal.status
    if (status >= 500) options.onError(error)
    response.status(status).send(
      messagePage(contextOf(request), {
        title: status >= 500 ? 'Something broke on our side' : 'That request makes no sense here',
        text:
          status >= 500 ? 'It was written down. Try again in a moment.' : 'Go back and try it from the page.',
      }),
    )
  }
  app.use(onError)
  return app
}

/** Body parsers and Express itself mark what the client did wrong with a 4xx status. */
function clientStatusOf(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500
  return status >= 400 && status < 500 ? status : null
}
