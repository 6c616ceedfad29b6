import type { GatewayEvent, GatewayFact } from '../gateway-event.ts'
import { moneyFromJson } from '../money.ts'
import { rejected } from '../webhook-signature.ts'
import type { FakeFaults } from './fake-options.ts'
import { signTestWebhook } from './sign-test-webhook.ts'

/** What the queue of webhooks needs to know. */
export interface WebhookQueueOptions {
  readonly secret: string
  readonly url: string
  readonly clock: () => number
  readonly random: () => number
  readonly faults: () => FakeFaults
  readonly send: ((request: Request) => Promise<Response>) | undefined
  readonly changed: () => void
  /** Saves all that has happened; false when that failed. */
  readonly isSaved: () => Promise<boolean>
}

/** A webhook that was not delivered yet. */
export interface QueuedWebhook {
  readonly body: string
  readonly dueAt: number
  readonly attempts: number
}

/** A webhook that nobody accepts is given up, as real gateways do after days. */
const maximumAttempts = 20
const retryMs = 1000

/** The fake's queue of webhooks, with the faults of real ones. */
export function createWebhookQueue(options: WebhookQueueOptions) {
  const { clock, random, faults, send, changed } = options
  let queue: QueuedWebhook[] = []
  /** Sent, and not answered yet. */
  const underWay = new Set<QueuedWebhook>()

  function emit(fact: GatewayFact): void {
    const body = JSON.stringify(
      // Unlike those of any run before: a platform's inbox outlives the fake.
      {
        id: `fevt_${crypto.randomUUID().replaceAll('-', '')}`,
        occurredAt: new Date(clock()).toISOString(),
        ...fact,
      },
      (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    )
    const copies = random() < (faults().duplicateWebhooks ?? 0) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const lateMs = random() * 1000 * (faults().delayWebhooksSeconds ?? 0)
      queue.push({ body, dueAt: clock() + lateMs, attempts: 0 })
    }
    changed()
  }

  function takeDue(): QueuedWebhook[] {
    const now = clock()
    const due = queue.filter((one) => one.dueAt <= now)
    queue = queue.filter((one) => one.dueAt > now)
    if (due.length > 0) changed()
    return faults().reorderWebhooks ? shuffled(due, random) : due.sort((a, b) => a.dueAt - b.dueAt)
  }

  const toRequest = ({ body }: QueuedWebhook) =>
    signTestWebhook({
      payload: body,
      secret: options.secret,
      url: options.url,
      timestamp: Math.floor(clock() / 1000),
    })

  return {
    emit,
    size: () => queue.length,
    /** With those under way: an end of the process in between must not lose them. */
    all: (): readonly QueuedWebhook[] => [...underWay, ...queue],
    restore(kept: readonly QueuedWebhook[]): void {
      queue.push(...kept)
    },
    take: () => Promise.all(takeDue().map(toRequest)),
    async deliver(): Promise<void> {
      // Nobody is told of what would be gone with the process.
      if (!send || queue.length === 0 || !(await options.isSaved())) return
      const due = takeDue()
      for (const one of due) underWay.add(one)
      for (const one of due) {
        const response = await send(await toRequest(one)).catch(() => undefined)
        underWay.delete(one)
        changed()
        if (response?.ok || one.attempts + 1 >= maximumAttempts) continue
        queue.push({ ...one, dueAt: clock() + retryMs, attempts: one.attempts + 1 })
      }
    },
  }
}

/** Reads a verified body back. */
export function parseFakeEvent(body: string, gateway: string): GatewayEvent {
  const value: unknown = readJson(body)
  if (typeof value !== 'object' || value === null || !('type' in value) || !('id' in value)) {
    throw rejected('its body is no event')
  }
  const providerType = String(value.type)
  const header = { gateway, authenticity: 'signed' as const, providerType }
  if (isKnown(providerType)) return { ...(value as GatewayEvent), ...header }
  const occurredAt = 'occurredAt' in value ? String(value.occurredAt) : ''
  const reason = `The type ${providerType} is not known.`
  return { ...header, id: String(value.id), occurredAt, type: 'ignored', reason }
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body, (_, value: unknown) => (isMoneyJson(value) ? moneyFromJson(value) : value))
  } catch {
    throw rejected('its body is no JSON')
  }
}

function isMoneyJson(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'currency' in value &&
    'amount' in value &&
    typeof value.amount === 'string'
  )
}

function isKnown(type: string): boolean {
  return /^(payment|refund|dispute|subscription)\.[a-z_]+$/.test(type)
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const result = [...items]
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const [left, right] = [result[index], result[other]]
    if (left === undefined || right === undefined) continue
    result[index] = right
    result[other] = left
  }
  return result
}
