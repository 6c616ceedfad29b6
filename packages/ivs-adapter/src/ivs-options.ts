import type { Logger, Quality, Redacted } from '@stagedoor/streaming-core'
import type { IvsChannelType } from './channel-type.ts'
import type { IvsCredentials, IvsSdkClient } from './ivs-client.ts'
import type { IvsPriceBook } from './prices.ts'
import type { ViewerRegions } from './viewer-regions.ts'

/** Options of {@link ivs}. */
export interface IvsOptions {
  /** Where channels live: one of the regions that have IVS. Viewers and encoders are served worldwide from each. */
  readonly region: string
  /** Keys, or an AWS credential provider. Default: the AWS SDK's default chain. */
  readonly credentials?: IvsCredentials | (() => Promise<IvsCredentials>)
  /** The control plane's URL, for a local IVS such as `@stagedoor/ivs-local`. Default: Amazon's of the region. */
  readonly endpoint?: string
  /** An `IvsClient` of yours, in place of `credentials` and `endpoint`. */
  readonly client?: IvsSdkClient
  /**
   * Tells the channels of this deployment from those of others in the same account; only its own are listed and swept.
   * 1 to 32 letters, digits, `_` or `-`. Default `default`.
   */
  readonly namespace?: string
  /** One type for all channels, or one a quality. Default: `ADVANCED_SD`, `ADVANCED_HD` and `STANDARD`. */
  readonly channelType?: IvsChannelType | Readonly<Record<Quality, IvsChannelType>>
  /**
   * Takes plain RTMP, where the stream key can be read on the way. Default false; true when `endpoint` is a plain
   * `http:` URL, as a local IVS has no TLS.
   */
  readonly insecureIngest?: boolean
  /**
   * Signs playback tokens, as channels are private. An ECDSA P-384 key in PEM whose public half was imported into IVS
   * (`generatePlaybackKeyPair` makes a pair). Required unless `publicPlayback`.
   */
  readonly playbackKey?: { readonly privateKey: string | Redacted }
  /** Makes channels public: whoever has the URL can watch, and nobody can be kept out. Default false. */
  readonly publicPlayback?: boolean
  /** Life of a playback token in seconds, 10 to 600. It is checked when playback starts. Default 300. */
  readonly playbackTokenTtlSeconds?: number
  /**
   * What your EventBridge connection sends to prove itself, 16 visible ASCII characters or more; several while you
   * change it. Without one, every webhook is refused.
   */
  readonly webhookSecret?: string | Redacted | readonly (string | Redacted)[]
  /** The header that carries the secret. Default `x-webhook-secret`. */
  readonly webhookHeader?: string
  /** The AWS account whose events are taken, twelve digits. Default: any that knows the secret. */
  readonly webhookAccount?: string
  /** How long `endChannel` waits for a live channel to go offline, in seconds. Default 30. */
  readonly offlineTimeoutSeconds?: number
  /** How long a call of IVS may take, its retries included, in seconds. Default 20. */
  readonly timeoutSeconds?: number
  /** Calls a second of each operation. Default 5, which is what IVS allows an account; less when you share it. */
  readonly callsPerSecond?: number
  /** Most concurrent viewers: your quota "Concurrent views", which all channels share. Default 15,000. */
  readonly maxViewers?: number
  /** Prices to quote from. Default {@link ivsPriceBook}. */
  readonly priceBook?: IvsPriceBook
  /** Which part of the audience is where, as output is billed by it. Default: all in North America and Europe. */
  readonly viewerRegions?: ViewerRegions
  /** Viewer-hours of this billing month so far, for the volume tiers. Default 0. */
  readonly usedViewerHours?: number
  readonly clock?: () => Date
  readonly logger?: Logger
}

/** The regions that have IVS (AWS General Reference, "Amazon Interactive Video Service endpoints and quotas"). */
export const ivsRegions: readonly string[] = [
  'us-east-1',
  'us-west-2',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'eu-central-1',
  'eu-west-1',
]
