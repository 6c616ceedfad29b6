import { setTimeout as sleep } from 'node:timers/promises'
import { createLedger, type Ledger } from '@stagedoor/ledger'
import { type FakeGateway, fakeGateway } from '@stagedoor/payment-gateway/fake'
import type { Tip, TipStore } from '@stagedoor/tips'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Fleet, startFleet } from '../fleet.fixture.ts'
import { postgresLedgerStore } from '../ledger/postgres-ledger-store.ts'
import { migrate } from '../migrate.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.fixture.ts'
import { postgresTipStore } from './postgres-tip-store.ts'
import { serveGateway, webhookSecret } from './shared-gateway.fixture.ts'

/** `STAGEDOOR_CRASH_SECONDS=600` runs it for longer. */
const seconds = Number(process.env.STAGEDOOR_CRASH_SECONDS ?? 10)
const payers = 12
const instruments = ['fake_ok', 'fake_ok', 'fake_lost', 'fake_pending', 'fake_declined', 'fake_dispute']

let postgres: PostgresServer
let pool: ReturnType<PostgresServer['createPool']>
let gateway: FakeGateway
let bridge: Awaited<ReturnType<typeof serveGateway>>
let fleet: Fleet
let ledger: Ledger
let store: TipStore

beforeAll(async () => {
  postgres = await startPostgres()
  pool = postgres.createPool()
  await migrate(pool)
  ledger = createLedger({ store: postgresLedgerStore(pool) })
  store = postgresTipStore(pool)
  gateway = fakeGateway({
    ...{ pendingSeconds: 1, disputeSeconds: 1, webhookSecret },
    faults: {
      duplicateWebhooks: 0.3,
      reorderWebhooks: true,
      delayWebhooksSeconds: 1,
      loseAnswers: 0.1,
      loseRequests: 0.05,
    },
  })
  bridge = await serveGateway(gateway)
  fleet = await startFleet({
    size: 2,
    env: { DATABASE_URL: postgres.url, GATEWAY_URL: bridge.url },
    program: new URL('./tips-process.fixture.ts', import.meta.url),
    basePath: '/api/tips',
  })
}, 60_000)

afterAll(async () => {
  await fleet?.close()
  bridge?.close()
  await postgres?.close()
})

it(
  'two servers that get the same webhooks, and are killed in turns, keep the books of the gateway to the cent',
  async () => {
    const stop = AbortSignal.timeout(seconds * 1000)
    const asked = new Set<string>()
    const posts = new Set<Promise<{ readonly status: number }>>()
    const load = Array.from({ length: payers }, (_, index) => tipAndRefund(`payer-${index}`, asked, stop))
    await Promise.all([
      ...load,
      deliverWebhooks(posts, stop),
      killServers(stop),
      dropConnections(seconds * 500),
    ])
    await deliverWebhooks(posts, AbortSignal.timeout(60_000), isSettled)
    const statuses = new Set((await Promise.all(posts)).map(({ status }) => status))
    await untilTrue(isSettled)

    const tips = await allTips()
    const movements = gateway.books
      .lines()
      .map(({ ref, amount: { amount, currency } }) => ({ ref, amount, currency }))
    const completed = tips.filter(({ status }) => status === 'completed')
    process.stdout.write(
      `${tips.length} tips, ${completed.length} of them paid, ${movements.length} movements at the gateway, ` +
        `${posts.size} webhooks to each of 2 servers, ${fleet.kills()} servers killed\n`,
    )
    expect(fleet.kills()).toBeGreaterThan(seconds / 4)
    expect([...statuses]).toEqual([200])
    expect(completed.length).toBeGreaterThan(payers)
    expect(await ledger.verify({ gatewayBooks: { gateway: 'fake', movements } })).toMatchObject({
      fault: null,
    })
    expect([...asked].filter((id) => !tips.some((tip) => tip.id === id))).toEqual([])
    const charged = gateway.books.lines().filter(({ kind }) => kind === 'charge')
    expect(completed.map(({ id }) => id).sort()).toEqual(charged.map(({ merchantRef }) => merchantRef).sort())
    const { rows } = await pool.query(
      `select reference from stagedoor.ledger_transfers where key like 'completion:%'`,
    )
    expect(rows.map(({ reference }) => reference).sort()).toEqual(
      completed.map(({ id }) => `tip:${id}`).sort(),
    )
    // Each was told of, though servers died with it in their hands.
    expect(completed.filter(({ id }) => !bridge.told.has(`${id}:completed`)).map(({ id }) => id)).toEqual([])
  },
  (seconds + 120) * 1000,
)

/** Tips the one popular creator again and again, and now and then gives one back. */
async function tipAndRefund(payer: string, asked: Set<string>, stop: AbortSignal): Promise<void> {
  for (let count = 0; !stop.aborted; count++) {
    const amount = { amount: `${100 + Math.floor(Math.random() * 5000)}`, currency: 'USD' }
    const instrument = instruments[count % instruments.length]
    const answer = await fleet.ask({
      ...{ method: 'POST', path: '/tips', as: payer },
      headers: { 'content-type': 'application/json', 'idempotency-key': `${payer}-${count}` },
      body: JSON.stringify({ creatorId: 'ava', amount, instrument }),
    })
    const tip = (answer.body as { tip?: { id: string; status: string } } | null)?.tip
    if (tip) asked.add(tip.id)
    if (tip?.status !== 'completed' || Math.random() < 0.6) continue
    const part = Math.random() < 0.5 ? {} : { amount: { ...amount, amount: '50' } }
    await fleet.ask({
      ...{ method: 'POST', path: `/tips/${tip.id}/refund`, as: 'ava' },
      headers: { 'content-type': 'application/json', 'idempotency-key': `refund-${count}` },
      body: JSON.stringify(part),
    })
  }
}

/** Sends each webhook to both servers, until each of them has taken it. */
async function deliverWebhooks(
  posts: Set<Promise<{ readonly status: number }>>,
  stop: AbortSignal,
  isOver: () => Promise<boolean> = async () => false,
): Promise<void> {
  while (!stop.aborted && !(await isOver())) {
    await gateway.control.tick()
    for (const request of await gateway.control.takeWebhooks()) {
      const body = new Uint8Array(await request.arrayBuffer())
      const headers = Object.fromEntries(request.headers)
      for (const server of [0, 1]) {
        posts.add(fleet.ask({ method: 'POST', path: '/webhooks/fake', headers, body, server }))
      }
    }
    await sleep(50)
  }
}

async function killServers(stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await sleep(100 + Math.random() * 500)
    await fleet.killOne()
  }
}

/** As a database that fails over does. */
async function dropConnections(afterMs: number): Promise<void> {
  await sleep(afterMs)
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = 'stagedoor'`,
  )
}

/** Nothing is on its way any more. A tip whose request never reached the gateway stays pending until it expires. */
async function isSettled(): Promise<boolean> {
  const { rows } = await pool.query(`select id, status from stagedoor.tips
    where status = 'pending' or document::text like '%"status":"requested"%'`)
  const open: string[] = []
  for (const { id, status } of rows) {
    if (status !== 'pending' || (await gateway.retrieve({ merchantRef: id }))) open.push(id)
  }
  const untold = await pool.query('select id from stagedoor.tip_outbox')
  if (open.length + untold.rows.length + gateway.control.queuedWebhooks() === 0) return true
  // Nobody waits here for the first look at a tip, nor for what a server had in its hands when it was killed.
  await pool.query('update stagedoor.tip_checks set check_at = now() where tip_id = any ($1)', [open])
  await pool.query('update stagedoor.tip_outbox set free_at = now()')
  await sleep(1000)
  return false
}

async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    if (await look()) return
    await sleep(500)
  }
  throw new Error('The platform does not come to rest.')
}

async function allTips(): Promise<readonly Tip[]> {
  const tips: Tip[] = []
  for (let last: Tip | undefined; ; ) {
    const page = await store.list({ limit: 500, ...(last ? { after: last } : {}) })
    tips.push(...page)
    last = page.at(-1)
    if (page.length < 500) return tips
  }
}
