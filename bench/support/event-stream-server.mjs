// A server of event streams in a process of its own: `stagedoor` as it is built, or `bare` node:http as the floor.
import { createServer } from 'node:http'

const [kind, streamCount] = process.argv.slice(2)
const lane = kind === 'stagedoor' ? await stagedoor(Number(streamCount)) : bare(Number(streamCount))

const server = createServer({ keepAliveTimeout: 0 }, lane.listener)
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address()
  process.send?.({ port: address && typeof address === 'object' ? address.port : 0, paths: lane.paths })
})
process.on('message', async (/** @type {{ publish?: string, memory?: true }} */ { publish }) => {
  if (publish === undefined) {
    // What is garbage by now is no one's.
    for (let round = 0; round < 3; round++) globalThis.gc?.()
    const { rss, heapUsed, external } = process.memoryUsage()
    return process.send?.({ rss, heap: heapUsed + external })
  }
  const began = process.hrtime.bigint()
  await lane.publish(publish)
  process.send?.({ began: String(began) })
})
process.once('SIGTERM', () => process.exit(0))
// Whoever measures has gone.
process.once('disconnect', () => process.exit(0))

/**
 * The whole way: a provider's event, the store, the bus, the handler and the Node shell.
 *
 * @param {number} count
 */
async function stagedoor(count) {
  const built = (/** @type {string} */ name) =>
    import(new URL(`../../packages/${name}/dist/index.js`, import.meta.url).href)
  const { createStreaming, createStreamingHandler, memory, memoryStreamStore } = await built('streaming-core')
  const { toNodeHandler } = await built('http-node')
  const streaming = createStreaming({
    adapters: [memory()],
    store: memoryStreamStore(),
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
  })
  /** @type {{ id: string, channelId: string }[]} */
  const streams = []
  for (let index = 0; index < count; index++) {
    const { stream } = await streaming.createStream({ userId: `creator${index}` }, { title: 'Show' })
    streams.push({ id: stream.id, channelId: stream.channel.id })
  }
  return {
    listener: toNodeHandler(createStreamingHandler(streaming, { authenticate: () => null })),
    paths: streams.map(({ id }) => `/api/streaming/streams/${id}/events`),
    publish: async (/** @type {string} */ text) => {
      const occurredAt = new Date().toISOString()
      for (const { id, channelId } of streams) {
        const event = { id: `${text} ${id}`, type: 'session.failed', channelId, sessionId: 's', reason: text }
        await streaming.applyEvent('memory', { ...event, occurredAt })
      }
    },
  }
}

/**
 * As little as can be: the sockets of a stream in a set, and the same text written to each.
 *
 * @param {number} count
 */
function bare(count) {
  /** @type {Set<import('node:http').ServerResponse>[]} */
  const streams = Array.from({ length: count }, () => new Set())
  let seq = 1
  return {
    paths: streams.map((_, index) => `/${index}`),
    /** @type {import('node:http').RequestListener} */
    listener: (request, response) => {
      const viewers = streams[Number(request.url?.slice(1))]
      viewers?.add(response)
      response.on('close', () => viewers?.delete(response))
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write('retry: 2000\n\nid: 0\nevent: stream.snapshot\ndata: {}\n\n')
    },
    publish: async (/** @type {string} */ message) => {
      seq++
      const at = new Date().toISOString()
      for (const [index, viewers] of streams.entries()) {
        const data = JSON.stringify({ streamId: `stream${index}`, seq, at, type: 'stream.warned', message })
        const text = Buffer.from(`id: ${seq}\nevent: stream.warned\ndata: ${data}\n\n`)
        for (const response of viewers) response.write(text)
      }
    },
  }
}
