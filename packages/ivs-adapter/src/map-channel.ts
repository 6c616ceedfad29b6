import type { Channel } from '@stagedoor/streaming-core'
import { z } from 'zod'

/** What is read of IVS's `Channel`. */
export const channelSchema = z.object({
  arn: z.string(),
  playbackUrl: z.url(),
  ingestEndpoint: z.string().min(1),
  insecureIngest: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
})

/** What is read of IVS's `ChannelSummary`: a list tells neither where to play nor where to push. */
export const channelSummarySchema = z.object({
  arn: z.string(),
  authorized: z.boolean().optional(),
  tags: z.record(z.string(), z.string()).optional(),
})

/** Where a channel is reached. */
export interface ChannelEndpoints {
  readonly playbackUrl: string
  readonly ingestEndpoint: string
  readonly insecureIngest: boolean
}

/** What is stored with the stream: the ARN and where to play and push, and never the stream key itself. */
export function toChannel(channel: z.infer<typeof channelSchema>, streamKeyArn?: string): Channel {
  const { playbackUrl, ingestEndpoint, insecureIngest } = toEndpoints(channel)
  return {
    id: channel.arn,
    details: {
      playbackUrl,
      ingestEndpoint,
      insecureIngest: String(insecureIngest),
      ...(streamKeyArn === undefined ? {} : { streamKeyArn }),
    },
  }
}

/** Where IVS says that a channel is reached. */
export function toEndpoints(channel: z.infer<typeof channelSchema>): ChannelEndpoints {
  const { playbackUrl, ingestEndpoint, insecureIngest = false } = channel
  return { playbackUrl, ingestEndpoint, insecureIngest }
}

/** The endpoints that a stored channel carries; null for one that came from a list. */
export function endpointsOf({ details }: Channel): ChannelEndpoints | null {
  const { playbackUrl, ingestEndpoint, insecureIngest } = details
  if (!playbackUrl || !ingestEndpoint) return null
  return { playbackUrl, ingestEndpoint, insecureIngest: insecureIngest === 'true' }
}
