import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LivekitOptions } from './livekit-options.ts'

export const keys = { apiKey: 'devkey', apiSecret: 'a-secret-of-forty-characters-for-the-tests' }

/** A LiveKit program on PATH, or where `npm test` builds it. */
function findProgram(name: string): string {
  const built = fileURLToPath(new URL('../../../.cache/toolchain/go', import.meta.url))
  const folders = [...(process.env.PATH ?? '').split(delimiter), built]
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (found) return found
  throw new Error(`${name} is not there. npm test builds it where Go is present.`)
}

/** A real livekit-server, alone on this machine, and the place that its webhooks go to. */
export interface LivekitServer {
  readonly options: LivekitOptions
  /** The webhooks that have come so far, as requests that can be read once more. */
  readonly webhooks: readonly { readonly body: string; readonly authorization: string }[]
  /** Called for each webhook. */
  onWebhook: (request: Request) => void
  /** Ends it as a crash does and starts it again on the same ports: it knows no room any more. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function startLivekitServer(): Promise<LivekitServer> {
  const webhooks: { body: string; authorization: string }[] = []
  const server: { onWebhook: (request: Request) => void } = { onWebhook: () => {} }
  const receiver = createServer((request, response) => {
    void readText(request).then((body) => {
      const authorization = request.headers.authorization ?? ''
      webhooks.push({ body, authorization })
      response.end()
      server.onWebhook(webhookRequest({ body, authorization }))
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const webhookPort = (receiver.address() as AddressInfo).port
  const [port, tcpPort] = [await freePort(), await freePort()]
  const config = {
    port,
    bind_addresses: ['127.0.0.1'],
    keys: { [keys.apiKey]: keys.apiSecret },
    logging: { level: 'warn' },
    rtc: {
      tcp_port: tcpPort,
      udp_port: await freePort(),
      node_ip: '127.0.0.1',
      enable_loopback_candidate: true,
      interfaces: { includes: ['lo'] },
    },
    webhook: { api_key: keys.apiKey, urls: [`http://127.0.0.1:${webhookPort}/`] },
  }
  const start = async () => {
    const started = spawn(findProgram('livekit-server'), ['--config-body', JSON.stringify(config)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await untilAnswering(started, `http://127.0.0.1:${port}/`)
    return started
  }
  let child = await start()
  return Object.assign(server, {
    options: { url: `ws://127.0.0.1:${port}`, ...keys },
    webhooks,
    restart: async () => {
      await end(child)
      child = await start()
    },
    close: async () => {
      await end(child)
      receiver.close()
      receiver.closeAllConnections()
    },
  })
}

export function webhookRequest(webhook: { readonly body: string; readonly authorization: string }): Request {
  return new Request('http://127.0.0.1/webhooks/livekit', {
    method: 'POST',
    body: webhook.body,
    headers: { authorization: webhook.authorization, 'content-type': 'application/webhook+json' },
  })
}

async function untilAnswering(child: ChildProcess, url: string): Promise<void> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`LiveKit ended:\n${output}`)
    const answer = await fetch(url).catch(() => null)
    if (answer) return
    await sleep(50)
  }
  throw new Error(`LiveKit does not answer:\n${output}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
