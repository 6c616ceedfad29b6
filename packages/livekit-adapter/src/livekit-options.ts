import type { Logger, Price, Redacted } from '@stagedoor/streaming-core'
import type { LivekitPlan, LivekitPriceBook } from './prices.ts'

/** An API key of LiveKit and its secret. */
export interface LivekitKeyPair {
  readonly apiKey: string
  /** 32 characters or more; shorter ones make the server warn. */
  readonly apiSecret: string | Redacted
}

/** Where and how recordings are kept. */
export interface LivekitRecordings {
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string | Redacted
  /** For an S3-compatible store. */
  readonly endpoint?: string
  /** Folder in the bucket. Default `recordings`. */
  readonly prefix?: string
  /** An MP4 for each time that the creator was there, or an HLS playlist with segments. Default `mp4`. */
  readonly format?: 'mp4' | 'hls'
  /**
   * Makes a link that plays one file (of HLS the playlist), such as a presigned S3 URL. It should not outlive `until`
   * (ISO 8601), when the viewer's access ends.
   */
  url(
    key: string,
    options: { readonly until?: string },
  ): Promise<{ readonly url: string; readonly expiresAt: string }>
}

/** Options of {@link livekit}. */
export interface LivekitOptions extends LivekitKeyPair {
  /** The server, such as `wss://project.livekit.cloud`. No path: the LiveKit SDK drops it. */
  readonly url: string
  /** What browsers connect to, when that differs. Default: `url` as `ws:` or `wss:`. */
  readonly publicUrl?: string
  /** Further key pairs whose webhooks are taken, while you change the key. */
  readonly webhookKeys?: readonly LivekitKeyPair[]
  /**
   * Tells the rooms of this deployment from those of others on the same server; only its own are listed and swept.
   * 1 to 32 letters, digits or `_`. Default `default`.
   */
  readonly namespace?: string
  /** Life of a host's token in seconds, 10 to 3600. It bounds the first connect only. Default 600. */
  readonly hostTokenTtlSeconds?: number
  /** Life of a viewer's token in seconds, 10 to 3600. It bounds the first connect only. Default 120. */
  readonly viewerTokenTtlSeconds?: number
  /**
   * How long a room stays while nobody has come, in seconds. Default 86400: a room is a stream's channel and must
   * outlast the creator's preparations; an empty one costs nothing, and `endChannel` deletes it.
   */
  readonly emptyTimeoutSeconds?: number
  /** How long a room stays after the last one has left, in seconds. Default 86400, for the same reason. */
  readonly departureTimeoutSeconds?: number
  /** Hides viewers from each other. Default true: a viewer's browser then gets no list of who watches. */
  readonly hiddenViewers?: boolean
  /**
   * Lets OBS publish by an ingress: `rtmp`, which LiveKit encodes anew in the quality of the stream, or `whip` (OBS 30
   * and newer), which it passes on as it comes, so that OBS must be set to no B-frames. Needs LiveKit Cloud, or Redis and
   * an ingress worker. `true` is `rtmp`. Default false. Quotes count both as transcoded, as no source tells what
   * LiveKit takes for WHIP.
   */
  readonly ingress?: boolean | 'rtmp' | 'whip'
  /** Without it, streams with `record` are refused. Needs LiveKit Cloud, or Redis and an egress worker. */
  readonly recordings?: LivekitRecordings
  /** How long a call may take, in seconds. Default 10. */
  readonly timeoutSeconds?: number
  /** Most concurrent viewers of a stream. Default: what the plan allows, less the host; 3,000 on servers of your own. */
  readonly maxViewers?: number
  /** The LiveKit Cloud plan that quotes are made for. Default `ship`. */
  readonly plan?: LivekitPlan
  /**
   * What is left of the plan's monthly quota. Default: nothing, so that every minute is quoted at its price; on `build`,
   * which sells no more, all of it.
   */
  readonly includedLeft?: IncludedLeft
  /** Quotes servers of your own in place of LiveKit Cloud; leaves out `plan` and `includedLeft`. */
  readonly selfHosted?: {
    /** What a GB that leaves them costs, such as `{ amount: '1', verified: true, source: 'our contract' }`. */
    readonly gigabyte: Price
  }
  /** Prices to quote from. Default {@link livekitPriceBook}. */
  readonly priceBook?: LivekitPriceBook
  readonly clock?: () => Date
  readonly logger?: Logger
}

/** What is left of a plan's monthly quota. */
export interface IncludedLeft {
  readonly participantMinutes?: number
  readonly gigabytes?: number
  readonly transcodeMinutes?: number
}
