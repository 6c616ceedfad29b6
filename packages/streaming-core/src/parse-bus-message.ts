import { z } from 'zod'
import type { EventBusMessage } from './event-bus.ts'

/** Just what everybody relies on: a newer server may send events of a type that this one does not know. */
const schema = z.looseObject({
  streamId: z.string(),
  type: z.string(),
  seq: z.int().positive().optional(),
})

/** Null for a text that is no message: others may write to the channel too. */
export function parseBusMessage(text: string): EventBusMessage | null {
  try {
    const value: unknown = JSON.parse(text)
    return schema.safeParse(value).success ? (value as EventBusMessage) : null
  } catch {
    return null
  }
}
