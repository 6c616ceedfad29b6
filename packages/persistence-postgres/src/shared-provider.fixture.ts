import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ChannelState,
  isStreamingError,
  type MemoryAdapter,
  memory,
  type StreamingAdapter,
  StreamingError,
} from '@stagedoor/streaming-core'

/** The calls that change or read the provider, by the arguments that JSON can carry. */
type Call =
  | { readonly method: 'createChannel'; readonly input: Parameters<StreamingAdapter['createChannel']>[0] }
  | {
      readonly method: 'getChannel' | 'endChannel'
      readonly input: Parameters<StreamingAdapter['getChannel']>[0]
    }
  | { readonly method: 'listChannels'; readonly input?: undefined }

/** One provider for several server processes, as a real one would be. It outlives every one of them. */
export async function startSharedProvider(provider: MemoryAdapter) {
  let calls = 0
  const answer = async ({ method, input }: Call): Promise<unknown> => {
    calls++
    await sleep(Math.random() * 10)
    if (method === 'createChannel') return provider.createChannel(input)
    if (method === 'getChannel') return provider.getChannel(input)
    if (method === 'endChannel') return (await provider.endChannel(input)) ?? null
    const states: ChannelState[] = []
    for await (const state of provider.listChannels()) states.push(state)
    return states
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const result = await answer(JSON.parse(Buffer.concat(chunks).toString())).then(
      (value) => ({ value }),
      (error: unknown) => ({
        failure: isStreamingError(error)
          ? { code: error.code, message: error.message }
          : { code: 'internal', message: String(error) },
      }),
    )
    response.end(JSON.stringify(result))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The adapter that a server process reaches it by. */
export function sharedProviderAdapter(url: string): StreamingAdapter {
  const call = async <Answer>(body: Call): Promise<Answer> => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    const { value, failure } = (await response.json()) as {
      value: Answer
      failure?: { code: StreamingError['code']; message: string }
    }
    if (failure) throw new StreamingError({ ...failure, provider: 'memory' })
    return value
  }
  return {
    ...memory(),
    createChannel: (input) => call({ method: 'createChannel', input }),
    getChannel: (input) => call({ method: 'getChannel', input }),
    endChannel: async (input) => void (await call({ method: 'endChannel', input })),
    async *listChannels() {
      yield* await call<ChannelState[]>({ method: 'listChannels' })
    },
  }
}
