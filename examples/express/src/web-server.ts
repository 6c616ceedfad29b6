import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A listening server that gets its application later: others need its port first. */
export interface WebServer {
  readonly url: string
  serve(listener: RequestListener): void
  close(): Promise<void>
}

/** Rejects with the listener's error, such as `EADDRINUSE`. */
export async function listen(port: number, host = '127.0.0.1'): Promise<WebServer> {
  let listener: RequestListener = (_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' })
    response.end(JSON.stringify({ status: 'unavailable', parts: { web: 'starting' } }))
  }
  const server = createServer((request, response) => listener(request, response))
  server.listen(port, host)
  await once(server, 'listening')
  const { port: realPort } = server.address() as AddressInfo
  return {
    url: `http://${host}:${realPort}`,
    serve: (application) => {
      listener = application
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
