import { isLedgerError } from '@stagedoor/ledger'
import { isPaymentError } from '@stagedoor/payment-gateway'
import { createWebHandler, type WebError } from '@stagedoor/web-handler'
import { invalidInput, isTipError } from '../errors.ts'
import type { TipsLogger } from '../logger.ts'
import type { TipActor } from '../options.ts'
import type { Tips } from '../tips.ts'
import type { TipsRouteContext } from './context.ts'
import { routes } from './routes.ts'

/** Options of {@link createTipsHandler}. */
export interface TipsHandlerOptions {
  /** Who sent this request? Null for somebody who has not signed in. Required: identity is never taken from a body. */
  authenticate(request: Request): Promise<TipActor | null> | TipActor | null
  /** Where the handler is mounted. Default `/api/tips`. */
  readonly basePath?: string
  /** Largest JSON body. Default 16384 bytes. */
  readonly maxBodyBytes?: number
  /** Largest webhook body. Default 1 MiB. */
  readonly maxWebhookBytes?: number
  /** How often an overlay's alerts are looked up. Default 1 second. */
  readonly pollSeconds?: number
  /** Address of the peer that sent a webhook, as a proxy that you trust tells it. Gateways without a signature need it. */
  readonly remoteAddress?: (request: Request) => string | undefined
  /** Origins that may send state-changing requests besides the handler's own, such as `https://app.example.com`. */
  readonly allowedOrigins?: readonly string[]
  readonly logger?: TipsLogger
}

/**
 * The HTTP API of tips as a web-standard handler: re-export it from a Next route, or wrap it with `toNodeHandler`.
 *
 * Mount it in front of body parsers: signatures of webhooks are over the raw bytes.
 *
 * @throws {@link TipError} `invalid_input` when an option cannot work.
 */
export function createTipsHandler(
  tips: Tips,
  options: TipsHandlerOptions,
): (request: Request) => Promise<Response> {
  const { authenticate, basePath = '/api/tips', allowedOrigins = [], logger } = options
  if (typeof authenticate !== 'function') {
    throw invalidInput('authenticate', 'a function that says who sent a request, or null for nobody')
  }
  const settings = {
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? 16_384),
    maxWebhookBytes: positive('maxWebhookBytes', options.maxWebhookBytes ?? 1_048_576),
    pollSeconds: positive('pollSeconds', options.pollSeconds ?? 1),
    remoteAddress: options.remoteAddress ?? (() => undefined),
  }
  return createWebHandler<TipsRouteContext, TipActor>({
    ...{ routes, authenticate, basePath, allowedOrigins },
    context: (identity) => ({ ...settings, tips, identity }),
    isOwnError,
    unavailableMessage: 'Payments are not available at the moment. Try again shortly.',
    ...(logger ? { logger } : {}),
  })
}

function isOwnError(error: unknown): error is WebError {
  return isTipError(error) || isLedgerError(error) || isPaymentError(error)
}

function positive(field: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw invalidInput(field, 'a number above 0')
}
