export {
  type PgliteListener,
  type PostgresEventBusOptions,
  type PostgresNotifier,
  postgresEventBus,
} from './event-bus.ts'
export type { PostgresListenerClient, PostgresNotification } from './event-bus-listener.ts'
export { type LedgerGrantsInput, ledgerGrants } from './ledger/ledger-grants.ts'
export { type PostgresLedgerStoreOptions, postgresLedgerStore } from './ledger/postgres-ledger-store.ts'
export { type MigrateOptions, type MigrationReport, migrate } from './migrate.ts'
export { type PostgresPaywallStoreOptions, postgresPaywallStore } from './paywall/postgres-paywall-store.ts'
export type { PostgresPool } from './postgres-pool.ts'
export {
  type PostgresStreamStore,
  type PostgresStreamStoreOptions,
  postgresStreamStore,
} from './postgres-stream-store.ts'
export type { PruneOptions, PruneReport } from './prune.ts'
export { type PostgresTipStoreOptions, postgresTipStore } from './tips/postgres-tip-store.ts'
