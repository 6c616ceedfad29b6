import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LiveMediaEvent } from './live-media.ts'

/** The clip of the test source, which real encoders push in tests too. */
export const clipPath = fileURLToPath(new URL('../../assets/test-clip.flv', import.meta.url))

/** A real ffmpeg that pushes; `input` and `output` go before and after the codec options. */
export function pushWithFfmpeg(
  url: string,
  args: readonly string[] = ['-stream_loop', '-1', '-i', clipPath, '-c', 'copy'],
): ChildProcess {
  const quiet = ['-hide_banner', '-loglevel', 'error', '-re']
  return spawn('ffmpeg', [...quiet, ...args, '-f', 'flv', url], { stdio: ['pipe', 'ignore', 'pipe'] })
}

/** Waits for a process to end and answers its exit code. */
export async function exitCode(process: ChildProcess): Promise<number | null> {
  if (process.exitCode !== null || process.signalCode !== null) return process.exitCode
  await once(process, 'exit')
  return process.exitCode
}

/** Kills without a goodbye, as a crash or a dead network would. */
export async function killEncoder(process: ChildProcess): Promise<void> {
  process.kill('SIGKILL')
  await exitCode(process)
}

/** Waits until a condition holds. */
export async function until<Value>(
  read: () => Value | null | undefined | false,
  what: string,
  timeoutMs = 15_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = read()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Collects events and waits for one. */
export function eventLog() {
  const events: LiveMediaEvent[] = []
  const find = <Type extends LiveMediaEvent['type']>(type: Type, channelArn?: string) =>
    events.find(
      (event): event is Extract<LiveMediaEvent, { type: Type }> =>
        event.type === type &&
        (channelArn === undefined || ('channelArn' in event && event.channelArn === channelArn)),
    )
  return {
    events,
    onEvent: (event: LiveMediaEvent) => void events.push(event),
    find,
    next: <Type extends LiveMediaEvent['type']>(type: Type, channelArn?: string) =>
      until(() => find(type, channelArn), type),
  }
}

/** What ffprobe says of a media file. */
export async function probe(
  path: string,
): Promise<{ streams: { codec_name: string; nb_read_packets?: string }[] }> {
  const args = ['-v', 'error', '-count_packets', '-show_streams', '-of', 'json', path]
  const { stdout } = await promisify(execFile)('ffprobe', args)
  return JSON.parse(stdout)
}
