import { z } from 'zod'
import { IvsError } from '../ivs-error.ts'
import type { SessionRecord } from '../local-state.ts'
import { channelJson } from './channels.ts'
import { arnOf, type OperationContext, operation, page, pageFields } from './operation.ts'

function streamJson(session: SessionRecord, context: OperationContext) {
  return {
    channelArn: session.channelArn,
    streamId: session.streamId,
    startTime: session.startTime?.toISOString(),
    state: 'LIVE',
    health: session.health,
    viewerCount: context.viewerCount(session.channelArn),
  }
}

function notBroadcasting(channelArn: string): IvsError {
  return new IvsError('ChannelNotBroadcasting', `Channel: ${channelArn} is not broadcasting`)
}

export const GetStream = operation(z.object({ channelArn: arnOf('channel') }), ({ channelArn }, context) => {
  const channel = context.state.channel(channelArn)
  const session = context.state.live(channelArn)
  if (!session) throw notBroadcasting(channelArn)
  return { stream: { ...streamJson(session, context), playbackUrl: context.playbackUrl(channel.id) } }
})

export const ListStreams = operation(
  z.object({
    filterBy: z.object({ health: z.enum(['HEALTHY', 'STARVING', 'UNKNOWN']).optional() }).optional(),
    ...pageFields(100),
  }),
  (input, context) => {
    const health = input.filterBy?.health
    const streams = [...context.state.channels.keys()].flatMap((arn) => {
      const session = context.state.live(arn)
      return session && (!health || session.health === health) ? [streamJson(session, context)] : []
    })
    const { items, nextToken } = page(streams, input, 100)
    return { streams: items, ...(nextToken ? { nextToken } : {}) }
  },
)

export const StopStream = operation(
  z.object({ channelArn: arnOf('channel') }),
  async ({ channelArn }, context) => {
    context.state.channel(channelArn)
    if (!context.state.running(channelArn) || !(await context.stopStream(channelArn)))
      throw notBroadcasting(channelArn)
    return {}
  },
)

export const GetStreamSession = operation(
  z.object({ channelArn: arnOf('channel'), streamId: z.string().optional() }),
  ({ channelArn, streamId }, context) => {
    const sessions = context.state.sessions.get(channelArn) ?? []
    const session = streamId ? sessions.find((entry) => entry.streamId === streamId) : sessions.at(-1)
    if (!session) throw new IvsError('ResourceNotFoundException', 'Stream session not found')
    const channel = context.state.channels.get(channelArn)
    return {
      streamSession: {
        ...sessionJson(session),
        truncatedEvents: session.events.map((event) => ({
          ...event,
          eventTime: event.eventTime.toISOString(),
        })),
        ...(channel ? { channel: channelJson(channel, context) } : {}),
      },
    }
  },
)

export const ListStreamSessions = operation(
  z.object({ channelArn: arnOf('channel'), ...pageFields(100) }),
  (input, { state }) => {
    const sessions = [...(state.sessions.get(input.channelArn) ?? [])].reverse()
    if (sessions.length === 0) state.channel(input.channelArn)
    const { items, nextToken } = page(sessions, input, 100)
    return {
      streamSessions: items.map((session) => ({
        ...sessionJson(session),
        hasErrorEvent: session.hasErrorEvent,
      })),
      ...(nextToken ? { nextToken } : {}),
    }
  },
)

function sessionJson(session: SessionRecord) {
  return {
    streamId: session.streamId,
    startTime: (session.startTime ?? session.createdAt).toISOString(),
    ...(session.endTime ? { endTime: session.endTime.toISOString() } : {}),
  }
}
