import { once } from 'node:events'
import { createServer } from 'node:http'

const callsPerSecond = 5
const pageSize = 100
const endpoints = { playbackUrl: 'https://play.example/x.m3u8', ingestEndpoint: 'ingest.example' }

/**
 * The read side of Amazon IVS with so many live channels, at the rate that AWS allows: 5 calls a second for each
 * operation, and a ThrottlingException beyond it ("API rate quotas").
 *
 * @param {number} count
 * @param {(index: number) => { arn: string, streamId: string, sessionId: string, viewers: number }} channelAt
 */
export async function startRatedIvs(count, channelAt) {
  /** @type {Record<string, number>} */
  const answered = {}
  /** @type {Record<string, number[]>} */
  const recent = {}
  let throttled = 0
  const startTime = '2026-01-01T00:00:00.000Z'
  const byArn = new Map(Array.from({ length: count }, (_, index) => [channelAt(index).arn, channelAt(index)]))
  const all = [...byArn.values()]

  /** @param {(typeof all)[number]} channel */
  const stream = ({ arn, sessionId, viewers }) => ({
    ...{
      channelArn: arn,
      streamId: sessionId,
      state: 'LIVE',
      health: 'HEALTHY',
      viewerCount: viewers,
      startTime,
    },
  })
  /** @param {(typeof all)[number]} channel */
  const summary = ({ arn, streamId }) => ({
    arn,
    tags: { 'stagedoor:namespace': 'default', 'stagedoor:streamId': streamId },
  })

  /**
   * @param {string} operation
   * @param {{ nextToken?: string, channelArn?: string, arn?: string }} input
   */
  function answer(operation, { nextToken = '0', arn = '', channelArn = arn }) {
    const begin = Number(nextToken)
    const page = all.slice(begin, begin + pageSize)
    const next = begin + pageSize < all.length ? { nextToken: String(begin + pageSize) } : {}
    if (operation === 'ListStreams') return { streams: page.map(stream), ...next }
    if (operation === 'ListChannels') return { channels: page.map(summary), ...next }
    const found = byArn.get(channelArn)
    if (operation === 'GetStream' && found) return { stream: stream(found) }
    if (operation === 'GetChannel' && found) return { channel: { ...summary(found), ...endpoints } }
    throw new Error(`${operation} is not asked for here.`)
  }

  const server = createServer(async (request, response) => {
    const operation = (request.url ?? '').slice(1)
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const now = performance.now()
    const within = (recent[operation] ?? []).filter((at) => now - at < 1000)
    recent[operation] = within
    response.setHeader('content-type', 'application/json')
    if (within.length >= callsPerSecond) {
      throttled++
      response.writeHead(429, { 'x-amzn-errortype': 'ThrottlingException' })
      return void response.end(JSON.stringify({ message: 'Rate exceeded' }))
    }
    within.push(now)
    answered[operation] = (answered[operation] ?? 0) + 1
    response.end(JSON.stringify(answer(operation, JSON.parse(Buffer.concat(chunks).toString() || '{}'))))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    answered: () => ({ ...answered }),
    throttled: () => throttled,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
