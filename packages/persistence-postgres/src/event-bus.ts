import {
  type ConnectedEventBus,
  type ConnectedEventBusOptions,
  createConnectedEventBus,
  type EventBusTransport,
  StreamingError,
} from '@stagedoor/streaming-core'
import { connectListener, type PostgresListenerClient } from './event-bus-listener.ts'
import { createTextAssembler, toPayloads } from './event-bus-payloads.ts'

/** Runs one statement: `Pool` and `Client` of `pg` and a `PGlite` all do. */
export interface PostgresNotifier {
  query(text: string, values: unknown[]): Promise<unknown>
}

/** The part of a `PGlite` that an event bus uses. */
export interface PgliteListener extends PostgresNotifier {
  listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>>
}

/** Options of {@link postgresEventBus}. */
export type PostgresEventBusOptions = ConnectedEventBusOptions & {
  /** Servers hear each other on the same channel. Default `stagedoor_events`. */
  readonly channel?: string
} & (
    | {
        /** Sends. It belongs to the caller, who ends it. */
        readonly pool: PostgresNotifier
        /**
         * Makes a client that is not connected yet, such as `() => new Client(...)`: one at a time holds a connection for
         * listening. It needs one to the database itself; a pooler in transaction mode cannot listen.
         */
        readonly createClient: () => PostgresListenerClient
      }
    | {
        /** Sends and listens. It belongs to the caller, who closes it. */
        readonly pglite: PgliteListener
      }
  )

/**
 * An event bus by LISTEN and NOTIFY: for platforms that have a PostgreSQL anyway. Every server hears every stream over
 * one connection; what is longer than a notification can be (8000 bytes) goes out in pieces.
 *
 * @throws `StreamingError` `invalid_input` when an option cannot work.
 *
 * @example
 * ```ts
 * import { postgresEventBus } from '@stagedoor/persistence-postgres'
 * import { Client, Pool } from 'pg'
 *
 * const connectionString = process.env.DATABASE_URL
 * const pool = new Pool({ connectionString })
 * const bus = postgresEventBus({ pool, createClient: () => new Client({ connectionString }) })
 * ```
 */
export function postgresEventBus(options: PostgresEventBusOptions): ConnectedEventBus {
  const { channel = 'stagedoor_events' } = options
  // A longer name would be cut where it is listened to and refused where it is sent to.
  if (channel === '' || new TextEncoder().encode(channel).length > 63 || channel.includes('\0'))
    throw badOption('channel', 'channel takes a name of 1 to 63 bytes.')
  const notifier = 'pglite' in options ? options.pglite : options.pool
  if (typeof notifier?.query !== 'function')
    throw badOption('pool', 'Pass `pool` and `createClient`, or `pglite`.')
  const transport: EventBusTransport = {
    name: 'postgres',
    // One statement is one transaction: its notifications arrive together.
    send: (_, text) =>
      notifier.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) payload', [
        channel,
        toPayloads(text),
      ]),
    connect: async (ears) => {
      const assemble = createTextAssembler(ears.hear)
      if (!('pglite' in options)) return connectListener(options.createClient(), channel, assemble, ears)
      const unlisten = await options.pglite.listen(channel, assemble)
      return { close: unlisten }
    },
  }
  return createConnectedEventBus(transport, options)
}

function badOption(field: string, message: string): StreamingError {
  return new StreamingError({ code: 'invalid_input', field, message })
}
