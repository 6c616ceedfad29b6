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

/** Sources run as `.ts`, the build as `.js`, one folder deeper. */
const workerUrl = import.meta.url.endsWith('.ts')
  ? new URL('./packager-worker.ts', import.meta.url)
  : new URL('./media/packager-worker.js', import.meta.url)

/** Starts a packager in a thread of its own. Commands of one turn of the event loop travel together. */
export function createPackager(options: PackagerOptions): Packager {
  const worker = new Worker(workerUrl, {
    workerData: { segmentSeconds: options.segmentSeconds },
    resourceLimits: { maxOldGenerationSizeMb },
    stdout: true,
    stderr: true,
  })
  let isOver = false
  let queue: PackagerCommand[] = []
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
      if (queue.length === 0) setImmediate(flush)
      queue.push(command)
    },
    terminate: async () => {
      isOver = true
      await worker.terminate()
    },
  }
}
