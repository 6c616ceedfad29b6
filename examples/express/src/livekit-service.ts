import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type LivekitOptions, livekitOptionsFromEnv } from '@stagedoor/livekit-adapter'
import type { Logger } from '@stagedoor/streaming-core'

/** The LiveKit that browser streams run on: a real one, or one that was started here. */
export interface LivekitService {
  readonly isReal: boolean
  readonly url: string
  readonly options: LivekitOptions
  /** `ok`, or what is missing. */
  state(): Promise<string>
  close(): Promise<void>
}

const supervisor = fileURLToPath(new URL('./supervised-process.ts', import.meta.url))

type Env = Readonly<Record<string, string | undefined>>

/** The LiveKit of the environment, one started from `livekit-server` on PATH, or none. */
export async function startLivekit(
  env: Env,
  settings: { readonly livekitPort: number; readonly platformUrl: string; readonly logger: Logger },
): Promise<LivekitService | null> {
  if (env.LIVEKIT_URL) return service(true, livekitOptionsFromEnv(env), settings.logger, async () => {})
  const program = findServer(env)
  return program === null ? null : startLocal(program, settings)
}

/** `LIVEKIT_SERVER` names the program, or says `off`. */
function findServer(env: Env): string | null {
  if (env.LIVEKIT_SERVER === 'off') return null
  const candidates = env.LIVEKIT_SERVER
    ? [env.LIVEKIT_SERVER]
    : (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'livekit-server'))
  return candidates.find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function startLocal(
  program: string,
  settings: { readonly livekitPort: number; readonly platformUrl: string; readonly logger: Logger },
): Promise<LivekitService> {
  const port = await freePort(settings.livekitPort)
  const apiKey = 'stagedoor-demo'
  const apiSecret = randomBytes(32).toString('base64url')
  const config = {
    port,
    bind_addresses: ['127.0.0.1'],
    keys: { [apiKey]: apiSecret },
    logging: { level: 'error' },
    rtc: {
      tcp_port: await freePort(),
      udp_port: await freePort(),
      node_ip: '127.0.0.1',
      enable_loopback_candidate: true,
      interfaces: { includes: ['lo'] },
    },
    webhook: { api_key: apiKey, urls: [`${settings.platformUrl}/api/streaming/webhooks/livekit`] },
  }
  // By the environment, as other users of the machine can read the arguments of a process.
  const child = spawn(process.execPath, [supervisor, program], {
    env: { PATH: process.env.PATH, LIVEKIT_CONFIG: JSON.stringify(config) },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const url = `ws://127.0.0.1:${port}`
  await untilAnswering(child, httpOf(url))
  return service(false, { url, apiKey, apiSecret }, settings.logger, () => end(child))
}

function service(
  isReal: boolean,
  options: LivekitOptions,
  logger: Logger,
  close: () => Promise<void>,
): LivekitService {
  return {
    isReal,
    url: options.publicUrl ?? options.url,
    options: { ...options, logger },
    state: async () => {
      const answer = await fetch(httpOf(options.url), { signal: AbortSignal.timeout(2000) }).catch(() => null)
      return answer ? 'ok' : 'does not answer'
    },
    close,
  }
}

async function untilAnswering(child: ChildProcess, url: string): Promise<void> {
  let output = ''
  let failure: Error | null = null
  child.once('error', (error) => (failure = error))
  child.stderr?.on('data', (chunk) => {
    output = (output + chunk).slice(-2000)
  })
  for (let attempt = 0; attempt < 150; attempt++) {
    if (failure) throw failure
    if (child.exitCode !== null) throw new Error(`livekit-server ended at once:\n${output}`)
    if (await fetch(url).catch(() => null)) return
    await sleep(100)
  }
  await end(child)
  throw new Error(`livekit-server does not answer:\n${output}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

function httpOf(url: string): string {
  return url.replace(/^ws/, 'http')
}

/**
 * The port that was asked for, or any. Somebody else's LiveKit on it would answer in the place of ours, with other keys.
 *
 * @throws the system's `EADDRINUSE` where it is taken.
 */
async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
