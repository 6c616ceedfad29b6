import { type IvsOptions, ivs, ivsStageQuotes } from '@stagedoor/ivs-adapter'
import { type LivekitOptions, livekit, livekitCloudQuotes } from '@stagedoor/livekit-adapter'
import {
  createStreaming,
  createStreamingHandler,
  type EventBus,
  type Logger,
  type Streaming,
  type StreamStore,
} from '@stagedoor/streaming-core'
import { access, eligibility, publicAccess } from './access.ts'
import { authenticate } from './people.ts'

/** A platform's streaming: the verbs for its own pages, and the HTTP API for its browsers. */
export interface Platform {
  readonly streaming: Streaming
  readonly streamingHandler: (request: Request) => Promise<Response>
}

/**
 * The whole wiring of a platform. This is what you copy:
 *
 * - `adapters`: who carries the video. The same `ivs()` talks to Amazon IVS and to the local one,
 *   the same `livekit()` to LiveKit Cloud and to a server beside it.
 * - `comparisons`: what else the plan would cost, shown in estimates and never chosen.
 * - `store`: where streams are kept: PostgreSQL, or one embedded in the process, so that a first start needs no database.
 * - `bus`: what brings events to the viewers on every server.
 * - `access` and `eligibility`: your rules, asked on the server each time. There is no open default.
 * - `authenticate`: who sent a request; your session lookup.
 */
export function createPlatform(options: {
  readonly ivs: IvsOptions
  /** Null where no LiveKit is set up: OBS is then the only way to go live. */
  readonly livekit: LivekitOptions | null
  readonly store: StreamStore
  readonly bus: EventBus
  readonly logger: Logger
}): Platform {
  const streaming = createStreaming({
    adapters: [ivs(options.ivs), ...(options.livekit ? [livekit(options.livekit)] : [])],
    comparisons: [ivsStageQuotes(), livekitCloudQuotes({ plan: 'ship' })],
    store: options.store,
    bus: options.bus,
    access,
    eligibility,
    logger: options.logger,
  })
  const streamingHandler = createStreamingHandler(streaming, {
    authenticate,
    publicAccess,
    logger: options.logger,
  })
  return { streaming, streamingHandler }
}
