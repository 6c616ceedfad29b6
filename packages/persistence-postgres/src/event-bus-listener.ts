import type { EventBusConnection, EventBusEars } from '@stagedoor/streaming-core'

/** The part of a `Client` of `pg` that listening needs. */
export interface PostgresListenerClient {
  connect(): Promise<unknown>
  query(text: string): Promise<unknown>
  on(event: 'notification', listener: (message: PostgresNotification) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
  end(): Promise<void>
  readonly connection?: { readonly stream: { destroy(): unknown } }
}

/** A database that is there says goodbye within this time. */
const goodbyeMs = 1000

/** What a {@link PostgresListenerClient} hears. */
export interface PostgresNotification {
  readonly channel: string
  readonly payload?: string | undefined
}

/** Connects a client and listens to a channel. */
export async function connectListener(
  client: PostgresListenerClient,
  channel: string,
  hear: (payload: string) => void,
  { lost, signal }: EventBusEars,
): Promise<EventBusConnection> {
  const destroy = () => void client.connection?.stream.destroy()
  const end = async () => {
    // `end` waits for the other side, which may be gone without a word.
    const timer = setTimeout(destroy, goodbyeMs)
    await client.end().catch(() => {})
    clearTimeout(timer)
  }
  client.on('error', lost)
  client.on('end', () => lost(new Error('The database closed the connection.')))
  client.on('notification', (notification) => {
    if (notification.channel === channel) hear(notification.payload ?? '')
  })
  const giveUp = () => {
    destroy()
    void end()
  }
  signal.addEventListener('abort', giveUp)
  try {
    await client.connect()
    await client.query(`LISTEN "${channel.replaceAll('"', '""')}"`)
  } catch (cause) {
    await end()
    throw cause
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
  return { probe: () => client.query('SELECT 1'), close: end }
}
