import type { TransportOptions } from './transport.ts'

type Fetch = NonNullable<TransportOptions['fetch']>

/** What the network does to a request: lets it through, loses it or its answer, or answers by itself. */
export type Fate = 'through' | 'lost' | 'answer lost' | Response

/**
 * A `fetch` that reaches a handler over a network that a test controls. Like the real one it rejects when its signal
 * aborts, and a connection that breaks makes the reading of its body fail.
 */
export function handlerFetch(handler: (request: Request) => Promise<Response>) {
  const requests: Request[] = []
  const fates: Fate[] = []
  const cuts = new Set<(error: unknown) => void>()

  const overTheWire = (response: Response, signal: AbortSignal): Response => {
    if (!response.body) return response
    const reader = response.body.getReader()
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const cut = (error: unknown) => {
          cuts.delete(cut)
          controller.error(error)
          void reader.cancel()
        }
        cuts.add(cut)
        signal.addEventListener('abort', () => cut(signal.reason))
      },
      pull: async (controller) => {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => reader.cancel(),
    })
    return new Response(body, response)
  }

  const fetch: Fetch = async (input, init) => {
    const request = new Request(new URL(input, 'http://localhost'), init)
    requests.push(request.clone())
    const fate = fates.shift() ?? 'through'
    request.signal.throwIfAborted()
    if (fate === 'lost') throw new TypeError('fetch failed')
    if (fate instanceof Response) return fate
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason))
    })
    const response = await Promise.race([handler(request), aborted])
    if (fate === 'answer lost') throw new TypeError('fetch failed')
    return overTheWire(response, request.signal)
  }

  return {
    fetch,
    /** Every request that was sent. */
    requests,
    /** What happens to the next requests, in turn; those after them go through. */
    next: (...given: Fate[]) => void fates.push(...given),
    /** Breaks every connection that is open. */
    cut: () => {
      for (const one of [...cuts]) one(new TypeError('terminated'))
    },
  }
}
