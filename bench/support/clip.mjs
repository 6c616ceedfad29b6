import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from '../../scripts/setup/paths.mjs'
import { runCommand } from '../../scripts/setup/run-command.mjs'

const clipSeconds = 60

/**
 * The clip that encoders push: 720p30 H.264 at 2.5 Mbit/s with a key frame every 2 s, and AAC. Made once.
 *
 * @returns {Promise<string>} Its path.
 */
export async function makeClip() {
  const folder = join(cache, 'bench')
  const path = join(folder, `720p30-${clipSeconds}s.flv`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  console.log(`- making a clip of ${clipSeconds} s ...`)
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-bf', '0']
  const rate = ['-b:v', '2500k', '-maxrate', '2500k', '-bufsize', '5000k']
  const keys = ['-g', '60', '-keyint_min', '60', '-sc_threshold', '0']
  const aac = ['-c:a', 'aac', '-b:a', '128k']
  const part = `${path}.part`
  const output = ['-t', String(clipSeconds), '-f', 'flv', '-y', part]
  const args = ['-hide_banner', '-loglevel', 'error', ...picture, ...sound, ...h264, ...rate, ...keys, ...aac]
  const result = await runCommand('ffmpeg', [...args, ...output])
  if (result.code !== 0) throw new Error(`ffmpeg could not make the clip:\n${result.output}`)
  renameSync(part, path)
  return path
}
