import { Worker } from 'node:worker_threads'
import type { PackagerCommand, PackagerReport } from './packager-protocol.ts'

export interface PackagerOptions {
  readonly segmentSeconds: number
  onReport(report: PackagerReport): void
}

/** The session's handle on its packager thread. */
export interface Packager {
  send(command: PackagerCommand): void
  /** Ends the thread at once. */
  terminate(): Promise<void>
}

/** A thread that holds more than this has gone wrong: a few seconds of media need far less. */
const maxOldGenerationSizeMb = 128

/** Commands that wait for each other, about a fifth of a second: each message to the thread costs more than its media. */
const batchSize = 16
/** Media this close behind a key frame does not wait: a segment is complete with the key frame and the sound beside it. */
const urgentAfterKeyFrameMs = 100

/** Sources run as `.ts`, the build as `.js`, one folder deeper. */
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('./packager-worker.ts', import.meta.url)
  : new URL('./media/packager-worker.js', import.meta.url)

/**
 * Starts a packager in a thread of its own. Commands travel together, but nothing that could complete a segment waits:
 * those of one turn of the event loop around a key frame, a handful at a time between key frames.
 */
export function createPackager(options: PackagerOptions): Packager {
  const worker = new Worker(workerUrl, {
    workerData: { segmentSeconds: options.segmentSeconds },
    resourceLimits: { maxOldGenerationSizeMb },
    stdout: true,
    stderr: true,
  })
  let isOver = false
  let queue: PackagerCommand[] = []
  let urgentUntilMs = 0
  let isFlushDue = false
  const fail = (message: string) => {
    if (isOver) return
    isOver = true
    options.onReport({ type: 'failed', message })
  }
  worker.on('message', (report: PackagerReport) => {
    if (report.type === 'failed') fail(report.message)
    else options.onReport(report)
  })
  worker.on('error', (error) => fail(error instanceof Error ? error.message : 'The packager crashed.'))
  worker.on('exit', () => fail('The packager ended.'))
  worker.unref()

  const flush = () => {
    const commands = queue
    queue = []
    isFlushDue = false
    if (isOver) return
    const transfer = commands.flatMap((command) => ('data' in command ? [command.data.buffer] : []))
    try {
      worker.postMessage(commands, transfer)
    } catch (error) {
      fail(error instanceof Error ? error.message : 'The packager could not be reached.')
    }
  }
  return {
    send: (command) => {
      queue.push(command)
      if (command.type === 'video' && command.isKey) urgentUntilMs = command.ptsMs + urgentAfterKeyFrameMs
      const isMedia = command.type === 'video' || command.type === 'audio'
      if (isMedia && command.ptsMs > urgentUntilMs && queue.length < batchSize) return
      if (isFlushDue) return
      isFlushDue = true
      setImmediate(flush)
    },
    terminate: async () => {
      isOver = true
      await worker.terminate()
    },
  }
}
