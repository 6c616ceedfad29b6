/** The part of node-media-server's protocol classes that is used here; the package has no types and no exports map. */
declare module 'node-media-server/src/protocol/rtmp.js' {
  interface InvokeMessage {
    readonly cmd: string
    readonly transId: number
    readonly streamName?: unknown
  }
  interface AvPacket {
    codec_type: number
    dts: number
    size: number
    data: Buffer
  }
  class Rtmp {
    static createMessage(packet: AvPacket): Buffer
    parserPacket: {
      readonly header: { readonly type: number; readonly length: number; readonly stream_id: number }
      readonly clock: number
      readonly payload: Buffer
    }
    inPackets: Map<number, unknown>
    inChunkSize: number
    streamId: number
    streamApp?: string
    onOutputCallback: (buffer: Buffer) => void
    parserData(data: Buffer): string | null
    packetAlloc(): void
    controlHandler(): void
    dataHandler(): void
    onPublish(message: InvokeMessage): void
    onPlay(message: InvokeMessage): void
    onDeleteStream(message: InvokeMessage): void
    sendACK(bytes: number): void
    sendStatusMessage(streamId: number, level: string, code: string, description: string): void
  }
  export default Rtmp
}

declare module 'node-media-server/src/protocol/rtmp_client.js' {
  class RtmpClient {
    socket: import('node:net').Socket | null
    onCloseCallback: (hadError: boolean) => void
    onErrorCallback: (error: Error) => void
    connect(url: string): Promise<void>
    sendConnect(): Promise<unknown>
    sendCreateStream(): Promise<number>
    sendPublish(streamName: string): Promise<unknown>
    sendMetaData(metadata: Readonly<Record<string, unknown>>): void
    sendPacket(packet: {
      readonly codec_type: number
      readonly dts: number
      readonly size: number
      readonly data: Buffer
    }): void
    sendInvokeMessage(streamId: number, message: Readonly<Record<string, unknown>>): void
    disconnect(): void
    streamId: number
  }
  export default RtmpClient
}

declare module 'node-media-server/src/protocol/flv.js' {
  class Flv {
    onPacketCallback: (packet: { codec_type: number; dts: number; size: number; data: Buffer }) => void
    parserData(data: Buffer): string | null
  }
  export default Flv
}
