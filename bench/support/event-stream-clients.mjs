// Viewers in a process of their own: as many sockets as are wished, each of which reads one event stream.
import { once } from 'node:events'
import { connect } from 'node:net'

const [port, count, ...paths] = process.argv.slice(2)
const viewers = Number(count)
const atOnce = 100
const times = new BigInt64Array(viewers)
let received = 0
let expected = Buffer.from('no event says this')
/** @type {() => void} */
let onAll = () => {}

const began = performance.now()
for (let index = 0; index < viewers; index += atOnce) {
  await Promise.all(Array.from({ length: Math.min(atOnce, viewers - index) }, (_, at) => join(index + at)))
}
process.send?.({ connectSeconds: (performance.now() - began) / 1000 })

process.on('message', async (/** @type {string} */ text) => {
  expected = Buffer.from(text)
  received = 0
  const all = new Promise((resolve) => {
    onAll = () => resolve(null)
  })
  process.send?.({ listening: text })
  await all
  const sorted = times.toSorted()
  process.send?.({ middle: String(sorted[Math.floor(viewers / 2)]), last: String(sorted[viewers - 1]) })
})
process.once('SIGTERM', () => process.exit(0))
process.once('disconnect', () => process.exit(0))

/** @param {number} index */
async function join(index) {
  const socket = connect({ port: Number(port), host: '127.0.0.1' })
  socket.on('error', (error) => {
    throw error
  })
  socket.on('close', () => {
    throw new Error('A viewer was sent away.')
  })
  const snapshot = new Promise((resolve) => {
    let isOpen = false
    socket.on('data', (chunk) => {
      if (!isOpen && chunk.includes('stream.snapshot')) {
        isOpen = true
        resolve(null)
      }
      if (!chunk.includes(expected)) return
      times[received++] = process.hrtime.bigint()
      if (received === viewers) onAll()
    })
  })
  await once(socket, 'connect')
  socket.write(
    `GET ${paths[index % paths.length]} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`,
  )
  await snapshot
}
