import { parentPort, workerData } from 'node:worker_threads'
import type { PackagerCommand, PackagerReport } from './packager-protocol.ts'
import { createSegmenter, type Segmenter } from './segmenter.ts'

/** One live session's packaging, alone in its thread: whatever breaks here ends this session and nothing else. */
const port = parentPort
if (!port) throw new Error('packager-worker runs in a worker thread')

const { segmentSeconds } = workerData as { segmentSeconds: number }
let segmenter: Segmenter | null = null
let work: Promise<void> = Promise.resolve()

const report = (message: PackagerReport, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

async function perform(command: PackagerCommand): Promise<void> {
  switch (command.type) {
    case 'open':
      await segmenter?.close()
      segmenter = await createSegmenter({
        segmentSeconds,
        video: command.video,
        audio: command.audio,
        onSegment: (data, durationSeconds) =>
          report({ type: 'segment', data, durationSeconds }, [data.buffer]),
        onBandwidth: (bitsPerSecond) => report({ type: 'bandwidth', bitsPerSecond }),
      })
      return
    case 'video':
      await segmenter?.addVideo(command.data, command.isKey, command.ptsMs / 1000)
      return
    case 'audio':
      await segmenter?.addAudio(command.data, command.ptsMs / 1000)
      return
    case 'close':
      await segmenter?.close()
      segmenter = null
      report({ type: 'closed' })
  }
}

port.on('message', (commands: readonly PackagerCommand[]) => {
  work = work.then(async () => {
    try {
      for (const command of commands) await perform(command)
    } catch (error) {
      report({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
    }
  })
})
