import { setTimeout as sleep } from 'node:timers/promises'
import type { MemoryControl, ProviderEvent } from '@stagedoor/streaming-core'
import type { Fleet } from './fleet.fixture.ts'

/** What the platform has acknowledged, and what the provider has done: the books to compare the database with. */
export interface Books {
  /** Streams whose creation was answered, with their creator and channel. */
  readonly created: Map<string, { readonly creatorId: string; readonly channelId: string }>
  /** Streams whose end was answered. */
  readonly ended: Set<string>
  /** Ids of provider events whose webhook was answered with 200. */
  readonly events: Set<string>
  /** How often each channel began, lost and resumed a session. */
  readonly facts: Map<string, { started: number; lost: number; resumed: number }>
  operations: number
}

export function emptyBooks(): Books {
  return { created: new Map(), ended: new Set(), events: new Set(), facts: new Map(), operations: 0 }
}

/** A creator who opens one stream after the other, each with a session of its own, until told to stop. */
export async function runCreator(
  creatorId: string,
  {
    fleet,
    control,
    books,
    signal,
  }: { fleet: Fleet; control: MemoryControl; books: Books; signal: AbortSignal },
): Promise<void> {
  const tell = async (event: ProviderEvent) => {
    // Some webhooks never arrive, some arrive twice, and some late.
    if (Math.random() < 0.15) return
    await sleep(Math.random() * 60)
    const copies = Math.random() < 0.2 ? 2 : 1
    await Promise.all(Array.from({ length: copies }, () => deliver(event)))
  }
  const deliver = async (event: ProviderEvent) => {
    const request = await control.signTestWebhook(event)
    const body = new Uint8Array(await request.arrayBuffer())
    const headers = Object.fromEntries(request.headers)
    const answer = await fleet.ask({ method: 'POST', path: '/webhooks/memory', headers, body, attempts: 3 })
    books.operations++
    if (answer.status === 200) books.events.add(event.id)
  }

  while (!signal.aborted) {
    const streamId = await open(creatorId, fleet, books, signal)
    const channelId = books.created.get(streamId ?? '')?.channelId
    if (!streamId || !channelId) continue
    const facts = { started: 0, lost: 0, resumed: 0 }
    books.facts.set(streamId, facts)
    // The reconciler may have taken the channel of a stream that it gave up on.
    const play = (act: (id: string) => ProviderEvent, fact?: keyof typeof facts) => {
      if (!control.channelIds().includes(channelId)) return undefined
      if (fact) facts[fact]++
      return act(channelId)
    }
    const steps = [
      () => play(control.goLive, 'started'),
      () => play(control.loseEncoder, 'lost'),
      () => play(control.resume, 'resumed'),
    ]
    for (const step of steps.slice(0, 1 + Math.floor(Math.random() * 3))) {
      const event = step()
      if (event) await tell(event)
      await sleep(Math.random() * 150)
    }
    // The last stream of some creators is left as it is.
    if (signal.aborted && Math.random() < 0.5) return
    await fleet.ask({ method: 'DELETE', path: `/streams/${streamId}`, as: creatorId }).then(({ status }) => {
      books.operations++
      if (status === 204) books.ended.add(streamId)
    })
  }
}

/** Opens a stream as a patient client does: the same key until there is an answer, then a new one. */
async function open(
  creatorId: string,
  fleet: Fleet,
  books: Books,
  signal: AbortSignal,
): Promise<string | null> {
  const key = crypto.randomUUID()
  const body = JSON.stringify({ title: `A show of ${creatorId}` })
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const patience = Date.now() + 3000
  while (!signal.aborted || Date.now() < patience) {
    const answer = await fleet.ask({ method: 'POST', path: '/streams', as: creatorId, headers, body })
    books.operations++
    if (answer.status === 201) {
      const { stream } = answer.body as { stream: { id: string } }
      books.created.set(stream.id, { creatorId, channelId: `channel-${stream.id}` })
      return stream.id
    }
    if (Date.now() < patience) {
      await sleep(100)
      continue
    }
    // The server died with the key in its hand; what it had opened by then is found and ended.
    const { body: list } = await fleet.ask({ method: 'GET', path: `/streams?creatorId=${creatorId}&limit=1` })
    const [last] = (list as { items: { id: string; status: string }[] }).items
    if (last && ['ready', 'live', 'interrupted'].includes(last.status)) {
      const ended = await fleet.ask({ method: 'DELETE', path: `/streams/${last.id}`, as: creatorId })
      books.operations++
      if (ended.status === 204) books.ended.add(last.id)
    }
    return null
  }
  return null
}
