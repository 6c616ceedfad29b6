import { createWebHandler } from '@stagedoor/web-handler'
import { isStreamingError, StreamingError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Identity, Streaming } from '../streaming.ts'
import { createEventFeeds } from './event-feeds.ts'
import type { PublicAccess } from './public-stream.ts'
import { routes, type StreamingContext } from './routes.ts'

/** Options of {@link createStreamingHandler}. */
export interface StreamingHandlerOptions {
  /** Who sent this request? Null for somebody who has not signed in. Required: identity is never taken from a body. */
  authenticate(request: Request): Promise<Identity | null> | Identity | null
  /**
   * The part of a stream's access rule that anybody may see, such as who it is for in general. Default: nothing of it, as
   * a rule may name people.
   */
  readonly publicAccess?: PublicAccess
  /** Where the handler is mounted. Default `/api/streaming`. */
  readonly basePath?: string
  /** Largest JSON body. Default 65536 bytes. */
  readonly maxBodyBytes?: number
  /** Largest webhook body. Default 1 MiB. */
  readonly maxWebhookBytes?: number
  /** Pause between two signs of life on an event stream. Default 15 seconds. */
  readonly heartbeatSeconds?: number
  /** Origins that may send state-changing requests besides the handler's own, such as `https://app.example.com`. */
  readonly allowedOrigins?: readonly string[]
  readonly logger?: Logger
}

/**
 * The HTTP API of streaming as a web-standard handler: re-export it from a Next route, or wrap it with `toNodeHandler`.
 *
 * State-changing requests that a browser marks as cross-site are refused, as a cookie would come along with them;
 * webhooks are exempt. A `HEAD` is answered as its `GET` without the body.
 *
 * @throws {@link StreamingError} `invalid_input` when an option cannot work.
 */
export function createStreamingHandler(
  streaming: Streaming,
  options: StreamingHandlerOptions,
): (request: Request) => Promise<Response> {
  const settings = resolve(options)
  const { authenticate, basePath, allowedOrigins, ...rest } = settings
  const feeds = createEventFeeds(streaming, settings.heartbeatSeconds)
  return createWebHandler<StreamingContext, Identity>({
    ...{ routes, authenticate, basePath, allowedOrigins },
    context: (identity) => ({ ...rest, streaming, feeds, identity }),
    isOwnError: (error): error is StreamingError => isStreamingError(error),
    unavailableMessage: 'The streaming provider is not available. Try again shortly.',
    ...(options.logger ? { logger: options.logger } : {}),
  })
}

type Settings = Required<Omit<StreamingHandlerOptions, 'logger'>>

/** Fills in the defaults. @throws {@link StreamingError} `invalid_input` for options that cannot work. */
function resolve(options: StreamingHandlerOptions): Settings {
  if (typeof options.authenticate !== 'function') {
    throw new StreamingError({
      code: 'invalid_input',
      field: 'authenticate',
      message: 'Pass a function that says who sent a request, or null for nobody.',
    })
  }
  return {
    authenticate: (request) => options.authenticate(request),
    publicAccess: options.publicAccess ?? (() => ({})),
    basePath: options.basePath ?? '/api/streaming',
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? 65_536),
    maxWebhookBytes: positive('maxWebhookBytes', options.maxWebhookBytes ?? 1_048_576),
    heartbeatSeconds: positive('heartbeatSeconds', options.heartbeatSeconds ?? 15),
    allowedOrigins: options.allowedOrigins ?? [],
  }
}

function positive(field: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new StreamingError({ code: 'invalid_input', field, message: `${field} takes a number above 0.` })
}
