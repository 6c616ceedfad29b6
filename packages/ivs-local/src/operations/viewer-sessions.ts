import { z } from 'zod'
import { arnOf, operation } from './operation.ts'

const viewerSession = z.object({
  channelArn: arnOf('channel'),
  viewerId: z.string().min(1).max(40),
  viewerSessionVersionsLessThanOrEqualTo: z.int().min(0).default(0),
})

export const StartViewerSessionRevocation = operation(
  viewerSession,
  ({ channelArn, viewerId, viewerSessionVersionsLessThanOrEqualTo }, context) => {
    context.state.channel(channelArn)
    context.revokeViewer(channelArn, viewerId, viewerSessionVersionsLessThanOrEqualTo)
    return {}
  },
)

export const BatchStartViewerSessionRevocation = operation(
  z.object({ viewerSessions: z.array(viewerSession).min(1).max(20) }),
  ({ viewerSessions }, context) => {
    const isKnown = ({ channelArn }: { readonly channelArn: string }) =>
      context.state.channels.has(channelArn)
    for (const session of viewerSessions.filter(isKnown)) {
      const { channelArn, viewerId, viewerSessionVersionsLessThanOrEqualTo } = session
      context.revokeViewer(channelArn, viewerId, viewerSessionVersionsLessThanOrEqualTo)
    }
    return {
      errors: viewerSessions
        .filter((session) => !isKnown(session))
        .map(({ channelArn, viewerId }) => ({
          channelArn,
          viewerId,
          code: 'ResourceNotFoundException',
          message: `Resource: ${channelArn} not found`,
        })),
    }
  },
)
