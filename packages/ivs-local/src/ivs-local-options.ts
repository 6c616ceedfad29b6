import { z } from 'zod'
import type { EventTarget } from './event-target.ts'
import type { IvsEvent } from './stream-events.ts'

/** Options of {@link createIvsLocal}. */
export interface IvsLocalOptions {
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string
  /** Control plane and HLS. Default 4566; 0 takes a free port. */
  readonly port?: number
  /** RTMP ingest. Default 1935; 0 takes a free port. */
  readonly rtmpPort?: number
  /** The name that URLs carry, when it is not `host`. */
  readonly publicHost?: string
  /** Default `us-east-1`. */
  readonly region?: string
  /** Twelve digits. Default `000000000000`. */
  readonly accountId?: string
  /** Where EventBridge-shaped events are posted. */
  readonly eventTarget?: EventTarget
  /** Told of each event as well, in this process. */
  readonly onEvent?: (event: IvsEvent) => void
  /** Told of refused encoders, badly set-up streams and undeliverable events. Never of a secret. */
  readonly onWarning?: (message: string) => void
  /** Service quotas of the account. Defaults: 5000 channels, 100 concurrent streams. */
  readonly quotas?: { readonly channels?: number; readonly concurrentStreams?: number }
  /** Answers ThrottlingException above the service's API rates. Default true. */
  readonly enforceRateLimits?: boolean
  /** Refuses plain RTMP to channels that were not created with `insecureIngest`. Default false, as there is no RTMPS. */
  readonly requireSecureIngest?: boolean
  /** How long a session waits for its lost encoder. Default 30, as IVS does. */
  readonly reconnectHoldSeconds?: number
  /** How long after its last request a viewer counts. Default 15; IVS takes up to a minute. */
  readonly viewerLeaveSeconds?: number
  readonly clock?: () => Date
}

const port = z.int().min(0).max(65_535)

const schema = z.strictObject({
  host: z.string().min(1).optional(),
  port: port.optional(),
  rtmpPort: port.optional(),
  publicHost: z.string().min(1).optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}-[a-z]+-\d$/, 'takes a region such as us-east-1')
    .optional(),
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'takes twelve digits')
    .optional(),
  eventTarget: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  onEvent: z
    .custom<(event: IvsEvent) => void>((value) => typeof value === 'function', 'takes a function')
    .optional(),
  onWarning: z
    .custom<(message: string) => void>((value) => typeof value === 'function', 'takes a function')
    .optional(),
  quotas: z
    .strictObject({ channels: z.int().min(0).optional(), concurrentStreams: z.int().min(0).optional() })
    .optional(),
  enforceRateLimits: z.boolean().optional(),
  requireSecureIngest: z.boolean().optional(),
  reconnectHoldSeconds: z.number().min(0).max(3600).optional(),
  viewerLeaveSeconds: z.number().positive().max(3600).optional(),
  clock: z.custom<() => Date>((value) => typeof value === 'function', 'takes a function').optional(),
})

/** Wrong options: `field` names the one, the message says what it takes. */
export class IvsLocalOptionError extends Error {
  override readonly name = 'IvsLocalOptionError'
  readonly code = 'invalid_input'
  readonly field: string

  constructor(field: string, message: string) {
    super(`${field}: ${message}`)
    this.field = field
  }
}

/** @throws {@link IvsLocalOptionError} */
export function checkIvsLocalOptions(options: IvsLocalOptions): void {
  const result = schema.safeParse(options)
  if (result.success) return
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = unknown ?? (issue?.path.map(String).join('.') || 'options')
  throw new IvsLocalOptionError(
    field,
    unknown ? 'there is no such option' : (issue?.message ?? 'is malformed'),
  )
}
