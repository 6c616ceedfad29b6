import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP relay that can go silent: connections stay open, and nothing goes through them any more. */
export async function startRelay(targetPort: number) {
  const sockets = new Set<Socket>()
  let isSilent = false
  // Half open: who says goodbye into the silence waits for an answer.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true })
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => from.destroy())
      from.on('data', (chunk) => isSilent || to.write(chunk))
      from.on('end', () => isSilent || to.end())
      from.on('close', () => {
        sockets.delete(from)
        if (!isSilent) to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: address && typeof address === 'object' ? address.port : 0,
    silence: (wanted: boolean) => {
      isSilent = wanted
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
