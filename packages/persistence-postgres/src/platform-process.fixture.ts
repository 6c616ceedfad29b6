import { createServer } from 'node:http'
import { toNodeHandler } from '@stagedoor/http-node'
import { createStreaming, createStreamingHandler } from '@stagedoor/streaming-core'
import pg from 'pg'
import { postgresStreamStore } from './postgres-stream-store.ts'
import { sharedProviderAdapter } from './shared-provider.fixture.ts'

/** One server of a platform, as its own process: DATABASE_URL, PROVIDER_URL and PORT say where. Killed, not stopped. */
const { DATABASE_URL, PROVIDER_URL, PORT } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8, statement_timeout: 5000 })
// Idle connections are lost when the database restarts.
pool.on('error', () => {})
const streaming = createStreaming({
  adapters: [sharedProviderAdapter(PROVIDER_URL ?? '')],
  store: postgresStreamStore(pool),
  access: () => ({ allowed: true }),
  eligibility: () => ({ eligible: true, verified: true }),
  reconnectGraceSeconds: 2,
  creationTimeoutSeconds: 5,
})
const handler = createStreamingHandler(streaming, {
  authenticate: (request) => {
    const userId = request.headers.get('authorization')?.replace('Bearer ', '')
    return userId ? { userId } : null
  },
})
const reconcile = async () => {
  // What fails is tried again by the next run, here or on another server.
  await streaming.reconcile().catch(() => {})
  setTimeout(reconcile, 1000)
}
createServer(toNodeHandler(handler)).listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write('listening\n')
  void reconcile()
})
