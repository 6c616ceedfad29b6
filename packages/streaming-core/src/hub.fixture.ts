import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { EventBusTransport } from './connected-event-bus.ts'

/** A backend as small as can be: a TCP server that sends each line that it gets to everybody. */
export async function startHub() {
  const sockets = new Set<Socket>()
  let isSilent = false
  let port = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    readLines(socket, (line) => {
      if (isSilent) return
      if (line === 'ping') socket.write('pong\n')
      else for (const one of sockets) one.write(`${line}\n`)
    })
  })
  const listen = async () => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address && typeof address === 'object') port = address.port
  }
  const stop = async () => {
    const stopped = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await stopped
  }
  await listen()
  return {
    transport: (): EventBusTransport => hubTransport(() => port),
    connections: () => sockets.size,
    write: (line: string) => {
      for (const socket of sockets) socket.write(`${line}\n`)
    },
    listen,
    stop,
    /** It takes everything and answers nothing, as behind a firewall that has forgotten the connection. */
    silence: (wanted: boolean) => {
      isSilent = wanted
    },
  }
}

function hubTransport(port: () => number): EventBusTransport {
  const open = async (signal?: AbortSignal) => {
    const socket = connect({ port: port(), host: '127.0.0.1', ...(signal ? { signal } : {}) })
    await once(socket, 'connect')
    return socket
  }
  return {
    name: 'hub',
    send: async (_, text) => {
      const socket = await open()
      const echo = new Promise<void>((resolve, reject) => {
        readLines(socket, () => resolve())
        socket.on('close', () => reject(new Error('The hub closed the connection.')))
      })
      socket.write(`${text}\n`)
      await echo
      socket.destroy()
    },
    connect: async ({ hear, lost, signal }) => {
      const socket = await open(signal)
      let pong = () => {}
      socket.on('error', lost).on('close', () => lost(new Error('The hub closed the connection.')))
      readLines(socket, (line) => (line === 'pong' ? pong() : hear(line)))
      return {
        probe: () =>
          new Promise<void>((resolve) => {
            pong = resolve
            socket.write('ping\n')
          }),
        close: async () => socket.destroy(),
      }
    },
  }
}

function readLines(socket: Socket, read: (line: string) => void): void {
  const lines = createInterface({ input: socket })
  // It repeats what the socket says itself.
  lines.on('line', read).on('error', () => {})
}
