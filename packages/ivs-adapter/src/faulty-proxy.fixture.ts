import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong with one call: its answer is lost, never comes, or is cut off; or the service refuses. */
type Fault =
  | { readonly kind: 'lose' | 'hang' | 'cut' }
  | { readonly kind: 'refuse'; readonly status: number; readonly name: string; readonly message?: string }

/** Stands between the AWS SDK and a local IVS and does what networks and services do. */
export interface FaultyProxy {
  readonly url: string
  /** Operations that were asked for, in order. */
  readonly calls: string[]
  /** The next call of the operation goes wrong; several faults hit several calls. */
  fault(operation: string, ...faults: Fault[]): void
  /** Forgets calls and faults. */
  reset(): void
  close(): Promise<void>
}

export const requestId = 'f0000000-0000-4000-8000-00000000000f'

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const calls: string[] = []
  const faults = new Map<string, Fault[]>()
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const operation = (request.url ?? '/').slice(1)
    calls.push(operation)
    const fault = faults.get(operation)?.shift()
    if (fault?.kind === 'refuse') {
      const headers = {
        'content-type': 'application/json',
        'x-amzn-errortype': fault.name,
        'x-amzn-requestid': requestId,
      }
      response.writeHead(fault.status, headers).end(JSON.stringify({ message: fault.message ?? 'refused' }))
      return
    }
    const { status, headers, body } = await forward(target, request)
    if (fault?.kind === 'lose') response.destroy()
    else if (fault?.kind === 'cut') response.writeHead(status, headers).end(body.slice(0, -20))
    else if (fault?.kind !== 'hang') response.writeHead(status, headers).end(body)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    fault: (operation, ...next) => void faults.set(operation, [...(faults.get(operation) ?? []), ...next]),
    reset: () => {
      calls.length = 0
      faults.clear()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function forward(target: string, request: IncomingMessage) {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const response = await fetch(new URL(request.url ?? '/', target), {
    method: request.method ?? 'POST',
    headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
    body: Buffer.concat(chunks),
  })
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  for (const name of ['x-amzn-errortype', 'x-amzn-requestid'])
    headers[name] = response.headers.get(name) ?? ''
  return { status: response.status, headers, body: await response.text() }
}
