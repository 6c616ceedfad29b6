import { createServer } from 'node:http'
import { toNodeHandler } from '@stagedoor/http-node'
import { createLedger } from '@stagedoor/ledger'
import { createTips, createTipsHandler } from '@stagedoor/tips'
import pg from 'pg'
import { postgresLedgerStore } from '../ledger/postgres-ledger-store.ts'
import { postgresTipStore } from './postgres-tip-store.ts'
import { remoteGateway } from './shared-gateway.fixture.ts'

/** One server that takes tips, as its own process: DATABASE_URL, GATEWAY_URL and PORT say where. Killed, not stopped. */
const { DATABASE_URL, GATEWAY_URL, PORT } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8, statement_timeout: 5000 })
// Idle connections are lost when the database drops them.
pool.on('error', () => {})
const gateway = remoteGateway(GATEWAY_URL ?? '')
const ledger = createLedger({ store: postgresLedgerStore(pool) })
const tips = createTips({
  store: postgresTipStore(pool),
  ledger,
  gateways: [gateway],
  creator: () => ({}),
  velocity: [],
  currencies: { USD: { minimum: 1n, maximum: 1_000_000n } },
  holdSeconds: 1,
  onEvent: ({ id }) => gateway.tell(id),
})
const handler = createTipsHandler(tips, {
  authenticate: (request) => {
    const userId = request.headers.get('authorization')?.replace('Bearer ', '')
    return userId ? { userId, isAdmin: userId === 'staff' } : null
  },
})
const look = async () => {
  // What fails is tried again by the next run, here or on another server.
  await tips.reconcile().catch(() => {})
  await tips.deliver().catch(() => {})
  await ledger.mature().catch(() => {})
  await ledger.takeSnapshots({ minTail: 5 }).catch(() => {})
  setTimeout(look, 300)
}
createServer(toNodeHandler(handler)).listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write('listening\n')
  void look()
})
