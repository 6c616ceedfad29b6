import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** ffmpeg as OBS would be: pushing 720p with a keyframe every two seconds. */
export interface Encoder {
  readonly process: ChildProcess
  /** Gone without a word, as when the network breaks. */
  kill(): Promise<void>
}

const clip = join(mkdtempSync(join(tmpdir(), 'stagedoor-e2e-')), 'clip.flv')

/** Made once and pushed without encoding, so that the browser has the processor for itself. */
async function makeClip(): Promise<void> {
  if (existsSync(clip)) return
  const video = ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30']
  const audio = ['-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000']
  const codecs = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-b:v',
    '1500k',
    '-g',
    '60',
  ]
  const rest = ['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-t', '20', '-f', 'flv', clip]
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', '-y', ...video, ...audio, ...codecs, ...rest])
}

export async function startEncoder(server: string, streamKey: string): Promise<Encoder> {
  await makeClip()
  const input = ['-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', clip]
  const child = spawn('ffmpeg', [...input, '-c', 'copy', '-f', 'flv', `${server}${streamKey}`], {
    stdio: 'ignore',
  })
  return {
    process: child,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
