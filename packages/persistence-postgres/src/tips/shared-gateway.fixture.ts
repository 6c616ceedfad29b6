import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { deserialize, serialize } from 'node:v8'
import type { ChargeOutcome, PaymentGateway, RefundOutcome } from '@stagedoor/payment-gateway'
import { type FakeGateway, fakeGateway } from '@stagedoor/payment-gateway/fake'

/** What the gateway and all server processes know. */
export const webhookSecret = 'known to every process'

/** What server processes ask of the gateway, which lives on when they do not. */
const verbs = ['processTip', 'refund', 'retrieve'] as const

/** Serves a fake gateway to other processes, and notes what they were told of. */
export async function serveGateway(gateway: FakeGateway) {
  const told = new Map<string, number>()
  const server = createServer(async (request, response) => {
    const [verb, ...given] = deserialize(await buffer(request)) as [string, ...unknown[]]
    if (verb === 'told') told.set(`${given[0]}`, (told.get(`${given[0]}`) ?? 0) + 1)
    const found = verbs.find((one) => one === verb)
    const call = found && (gateway[found] as (...all: unknown[]) => Promise<unknown>)
    response.end(serialize(call ? await call(...given) : null))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    /** How often each event was taken, by its id. */
    told,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The gateway as a server process sees it: over the network, where an answer can be lost with the process. */
export function remoteGateway(url: string): PaymentGateway & { tell(eventId: string): Promise<void> } {
  const ask = async (...given: unknown[]): Promise<unknown> => {
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(serialize(given)) })
    return deserialize(Buffer.from(await response.arrayBuffer()))
  }
  const unknown = { kind: 'unknown', reason: 'no_answer' } as const
  // For what needs no state: capabilities, and the verification of webhooks.
  const { capabilities, receiveWebhook } = fakeGateway({ webhookSecret })
  return {
    ...{ specVersion: 1, id: 'fake', capabilities, receiveWebhook },
    processTip: async (charge, { idempotencyKey }) =>
      ask('processTip', charge, { idempotencyKey }).catch(() => unknown) as Promise<ChargeOutcome>,
    processSubscription: () => Promise.reject(new Error('Nobody subscribes here.')),
    refund: async (request, { idempotencyKey }) =>
      ask('refund', request, { idempotencyKey }).catch(() => unknown) as Promise<RefundOutcome>,
    retrieve: (query) => ask('retrieve', query) as Promise<ChargeOutcome | null>,
    tell: async (eventId) => {
      await ask('told', eventId)
    },
  }
}
