export {
  type PgliteListener,
  type PostgresEventBusOptions,
  type PostgresNotifier,
  postgresEventBus,
} from './event-bus.ts'
export type { PostgresListenerClient, PostgresNotification } from './event-bus-listener.ts'
