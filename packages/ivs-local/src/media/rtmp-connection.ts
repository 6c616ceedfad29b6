/// <reference path="./node-media-server.d.ts" />
import type { Socket } from 'node:net'
import Rtmp from 'node-media-server/src/protocol/rtmp.js'
import type { PublishAttempt } from './live-media.ts'
import { type MediaUnit, readMediaUnit } from './media-unit.ts'

/** An accepted encoder, as its session sees it. */
export interface EncoderConnection {
  /** Sends the encoder away. */
  drop(reason: string): void
}

/** Where an accepted encoder's media and its end go. */
export interface EncoderSink {
  onUnit(unit: MediaUnit, bytes: number): void
  /** The connection is over. `graceful` when the encoder said that it stops. */
  onClose(graceful: boolean): void
}

export type PublishAnswer =
  | { readonly accepted: true; readonly sink: EncoderSink }
  | { readonly accepted: false; readonly message: string }

export interface RtmpConnectionOptions {
  /** Asked once, before the encoder is told anything. */
  onPublish(attempt: PublishAttempt, connection: EncoderConnection): PublishAnswer
  /** The connection broke off before it published, and why. */
  onRefused(message: string): void
  /** How long a connection may take to publish. */
  readonly handshakeTimeoutMs: number
}

const rtmpVersion = 3
/** The largest message: a key frame of 8.5 Mbit/s video stays far below. */
const maxMessageBytes = 8 * 1024 * 1024
const maxChunkStreams = 64
/** Encoders that wait for acknowledgements get one each time that they sent this much. */
const acknowledgeBytes = 2_500_000

/** Speaks RTMP with one socket, within limits; whatever is wrong with it closes this socket and nothing else. */
export function handleRtmpConnection(socket: Socket, options: RtmpConnectionOptions): void {
  const rtmp = new Rtmp()
  let sink: EncoderSink | null = null
  let isOver = false
  let isGraceful = false
  let received = 0
  let acknowledged = 0

  const finish = () => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    sink?.onClose(isGraceful)
  }
  const refuse = (message: string) => {
    if (isOver) return
    if (!sink) options.onRefused(message)
    socket.destroySoon()
    finish()
  }
  const timer = setTimeout(
    () => refuse('The connection did not publish in time.'),
    options.handshakeTimeoutMs,
  )
  const connection: EncoderConnection = {
    drop: (reason) => {
      if (isOver) return
      rtmp.sendStatusMessage(rtmp.streamId, 'error', 'NetStream.Publish.Rejected', reason)
      isOver = true
      clearTimeout(timer)
      socket.destroySoon()
    },
  }

  rtmp.onOutputCallback = (buffer) => {
    if (socket.writable) socket.write(buffer)
  }
  const allocate = rtmp.packetAlloc.bind(rtmp)
  rtmp.packetAlloc = () => {
    if (rtmp.parserPacket.header.length > maxMessageBytes) throw new Error('An RTMP message is too large.')
    if (rtmp.inPackets.size > maxChunkStreams) throw new Error('The encoder opened too many chunk streams.')
    allocate()
  }
  const control = rtmp.controlHandler.bind(rtmp)
  rtmp.controlHandler = () => {
    control()
    if (rtmp.inChunkSize < 1 || rtmp.inChunkSize > 0xffffff)
      throw new Error('The RTMP chunk size is out of range.')
  }
  rtmp.dataHandler = () => {
    const { header, clock, payload } = rtmp.parserPacket
    const unit = sink && readMediaUnit(header.type, clock, payload.subarray(0, header.length))
    if (unit) sink?.onUnit(unit, header.length)
  }
  rtmp.onPlay = () => refuse('RTMP playback is not offered. Play the HLS URL.')
  rtmp.onDeleteStream = () => {
    isGraceful = true
    socket.end()
  }
  rtmp.onPublish = ({ streamName }) => {
    if (sink || typeof streamName !== 'string') return refuse('The publish command is malformed.')
    const { streamKey, query } = splitName(streamName)
    rtmp.streamId = rtmp.parserPacket.header.stream_id
    const app = String(rtmp.streamApp ?? '')
    const answer = options.onPublish(
      { app, streamKey, query, remoteAddress: socket.remoteAddress ?? '' },
      connection,
    )
    if (!answer.accepted) {
      rtmp.sendStatusMessage(rtmp.streamId, 'error', 'NetStream.Publish.BadName', answer.message)
      isOver = true
      clearTimeout(timer)
      socket.destroySoon()
      return
    }
    clearTimeout(timer)
    sink = answer.sink
    rtmp.sendStatusMessage(
      rtmp.streamId,
      'status',
      'NetStream.Publish.Start',
      'The stream is being received.',
    )
  }

  socket.setNoDelay(true)
  socket.on('data', (data) => {
    if (isOver) return
    try {
      if (received === 0 && data[0] !== rtmpVersion) throw new Error('This is not RTMP.')
      received += data.length
      const problem = rtmp.parserData(data)
      if (problem !== null) throw new Error(problem)
      if (received - acknowledged >= acknowledgeBytes) {
        acknowledged = received
        rtmp.sendACK(received % 0x1_0000_0000)
      }
    } catch (error) {
      refuse(error instanceof Error ? `Malformed RTMP: ${error.message}` : 'Malformed RTMP.')
    }
  })
  // Encoders leave as they please: a reset is an end like any other.
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    if (!sink && received > 0) refuse('The connection closed before it published.')
    finish()
  })
}

function splitName(streamName: string): { streamKey: string; query: URLSearchParams } {
  const mark = streamName.indexOf('?')
  if (mark < 0) return { streamKey: streamName, query: new URLSearchParams() }
  return { streamKey: streamName.slice(0, mark), query: new URLSearchParams(streamName.slice(mark + 1)) }
}
