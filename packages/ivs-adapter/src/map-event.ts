import type { ProviderEvent } from '@stagedoor/streaming-core'
import { z } from 'zod'
import { isChannelArn } from './channel-arn.ts'

/** An event of IVS as Amazon EventBridge delivers it; what is read of it. */
export const envelopeSchema = z.object({
  id: z.string().min(1),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  region: z.string(),
  time: z.iso.datetime({ offset: true }),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
})

/** The envelope of every event (EventBridge user guide, "Event structure"). */
export type IvsEventEnvelope = z.infer<typeof envelopeSchema>

interface Facts {
  readonly base: { readonly id: string; readonly channelId: string; readonly occurredAt: string }
  readonly sessionId: string
  /** A field of the event's detail as text; empty when it is not there. */
  text(field: string): string
}

type Mapper = (facts: Facts) => ProviderEvent

/**
 * IVS events by `detail-type`, then by the field that names them (IVS user guide, "Using EventBridge with IVS").
 *
 * Session Created and Session Ended are left out: both come for sessions that never went live too, and a failed try to
 * go live must not count as the end of a show. Stream Start and Stream End say what matters, and what gets lost is
 * found by the reconciler. A takeover keeps its session.
 */
const mappers: Readonly<Record<string, Readonly<Record<string, Mapper>>>> = {
  'IVS Stream State Change': {
    'Stream Start': ({ base, sessionId }) => ({ ...base, type: 'session.started', sessionId }),
    'Stream End': ({ base, sessionId }) => ({ ...base, type: 'session.ended', sessionId }),
    'Stream Failure': ({ base, sessionId, text }) => ({
      ...base,
      type: 'session.failed',
      sessionId,
      reason: text('reason') || 'IVS could not carry the stream',
    }),
  },
  'IVS Stream Health Change': {
    'Starvation Start': ({ base, sessionId }) => ({ ...base, type: 'session.interrupted', sessionId }),
    'Starvation End': ({ base, sessionId }) => ({ ...base, type: 'session.resumed', sessionId }),
  },
}

/** What an event of IVS means, or null when it means nothing here. Pure. */
export function mapEvent(event: IvsEventEnvelope): ProviderEvent | null {
  const channelId = channelArnOf(event)
  if (channelId === null) return null
  const text = (field: string) => textOf(event.detail, field)
  // Milliseconds always: times are compared as text.
  const base = { id: event.id, channelId, occurredAt: new Date(event.time).toISOString() }
  if (event['detail-type'] === 'IVS Limit Breach') {
    const limit = text('limit_name')
    return limit ? { ...base, type: 'limit.exceeded', limit, message: breachMessage(event) } : null
  }
  const byName = own(mappers, event['detail-type'])
  const mapper = byName && own(byName, text('event_name'))
  const sessionId = text('stream_id')
  return mapper && sessionId ? mapper({ base, sessionId, text }) : null
}

/** The channel of an event; its detail does not tell, and an account-level event has none. */
export function channelArnOf(event: IvsEventEnvelope): string | null {
  return event.resources.find(isChannelArn) ?? null
}

/** A breached limit in one sentence. */
export function breachMessage({ detail }: IvsEventEnvelope): string {
  const text = (field: string) => textOf(detail, field)
  const by = text('exceeded_by') ? ` by ${text('exceeded_by')}` : ''
  return `${text('limit_name')} is above its limit of ${text('limit_value')} ${text('limit_unit')}${by}.`.replace(
    / +/g,
    ' ',
  )
}

function textOf(detail: Readonly<Record<string, unknown>>, field: string): string {
  const value = detail[field]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
