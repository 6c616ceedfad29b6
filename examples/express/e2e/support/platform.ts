import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitFor } from './wait-for.ts'

/** A platform in its own process, as `npm start` runs it. */
export interface RunningPlatform {
  readonly url: string
  readonly ivsUrl: string
  readonly rtmpUrl: string
  /** Everything that it printed so far. */
  output(): string
  /** Ends it as Ctrl+C does; answers its exit code. */
  close(): Promise<number | null>
}

const folder = fileURLToPath(new URL('../..', import.meta.url))
const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** Starts `src/main.ts` on free ports, on sources. */
export function startPlatform(env: Record<string, string> = {}): Promise<RunningPlatform> {
  return whenStarted(spawnPlatform(env))
}

/** Runs `npm start` on free ports: the same on the built packages, behind npm and the start script. */
export function startByNpm(): Promise<RunningPlatform> {
  return whenStarted(spawnOnFreePorts('npm', ['start'], root, {}))
}

async function whenStarted({ child, output }: Spawned): Promise<RunningPlatform> {
  try {
    await waitFor(() => {
      if (child.exitCode !== null) throw new Error(`The platform ended:\n${output()}`)
      return /Ctrl\+C/.test(output())
    }, 'the platform to start')
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const find = (pattern: RegExp) => {
    const found = pattern.exec(output())?.[1]
    if (found === undefined) throw new Error(`The platform did not print ${pattern}:\n${output()}`)
    return found
  }
  return {
    url: find(/(http:\/\/\S+)\/studio/),
    ivsUrl: find(/Amazon IVS +local, (http:\/\/\S+)/),
    rtmpUrl: find(/(rtmp:\/\/\S+)/),
    output,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        const patience = setTimeout(() => child.kill('SIGKILL'), 15_000)
        await exited
        clearTimeout(patience)
      }
      return child.exitCode
    },
  }
}

interface Spawned {
  readonly child: ChildProcess
  readonly output: () => string
}

/** The process alone, for starts that fail. */
export function spawnPlatform(env: Record<string, string>): Spawned {
  return spawnOnFreePorts(process.execPath, ['--conditions=@stagedoor/source', 'src/main.ts'], folder, env)
}

function spawnOnFreePorts(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Spawned {
  const { PATH, HOME } = process.env
  const data = mkdtempSync(join(tmpdir(), 'stagedoor-e2e-'))
  const child = spawn(command, args, {
    cwd,
    env: {
      ...{ PATH, HOME, PORT: '0', IVS_LOCAL_PORT: '0', RTMP_PORT: '0', LIVEKIT_PORT: '0' },
      // Whether creators start in the browser must not depend on what is installed.
      LIVEKIT_SERVER: 'off',
      STAGEDOOR_DATA: data,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.once('exit', () => rmSync(data, { recursive: true, force: true }))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return { child, output: () => text }
}
