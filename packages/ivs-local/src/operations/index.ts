import {
  BatchGetChannel,
  CreateChannel,
  DeleteChannel,
  GetChannel,
  ListChannels,
  UpdateChannel,
} from './channels.ts'
import type { Operation } from './operation.ts'
import {
  DeletePlaybackKeyPair,
  GetPlaybackKeyPair,
  ImportPlaybackKeyPair,
  ListPlaybackKeyPairs,
} from './playback-keys.ts'
import {
  BatchGetStreamKey,
  CreateStreamKey,
  DeleteStreamKey,
  GetStreamKey,
  ListStreamKeys,
} from './stream-keys.ts'
import { GetStream, GetStreamSession, ListStreamSessions, ListStreams, StopStream } from './streams.ts'
import { BatchStartViewerSessionRevocation, StartViewerSessionRevocation } from './viewer-sessions.ts'

/** Every operation that has a path of its own name; tags have paths by ARN. */
export const operations: Readonly<Record<string, Operation>> = {
  BatchGetChannel,
  BatchGetStreamKey,
  BatchStartViewerSessionRevocation,
  CreateChannel,
  CreateStreamKey,
  DeleteChannel,
  DeletePlaybackKeyPair,
  DeleteStreamKey,
  GetChannel,
  GetPlaybackKeyPair,
  GetStream,
  GetStreamKey,
  GetStreamSession,
  ImportPlaybackKeyPair,
  ListChannels,
  ListPlaybackKeyPairs,
  ListStreamKeys,
  ListStreamSessions,
  ListStreams,
  StartViewerSessionRevocation,
  StopStream,
  UpdateChannel,
}
