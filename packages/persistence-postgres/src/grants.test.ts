import type { LedgerStore } from '@stagedoor/ledger'
import { sampleEarning } from '@stagedoor/ledger/testing'
import type { PaywallOffer, PaywallSale, PaywallStore } from '@stagedoor/paywall'
import type { Goal, TipEvent, TipStore } from '@stagedoor/tips'
import { sampleTip } from '@stagedoor/tips/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ledgerGrants } from './ledger/ledger-grants.ts'
import { postgresLedgerStore } from './ledger/postgres-ledger-store.ts'
import { migrate } from './migrate.ts'
import { postgresPaywallStore } from './paywall/postgres-paywall-store.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'
import { postgresTipStore } from './tips/postgres-tip-store.ts'

/** What tips and the paywall need besides {@link ledgerGrants}. */
const tipGrants = `do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = 'stagedoor' and (tablename like 'tip%' or tablename like 'paywall%') loop
      execute format('grant select, insert, update, delete on stagedoor.%I to platform', name);
    end loop;
    for name in select oid::regprocedure::text from pg_proc where pronamespace = 'stagedoor'::regnamespace and (proname like 'tips%' or proname like 'paywall%') loop
      execute format('grant execute on function %s to platform', name);
    end loop;
  end $$`

const at = '2026-01-01T00:00:00.000Z'
const until = '2026-01-02T00:00:00.000Z'
const ava = { creatorId: 'ava', currency: 'USD' }
const goal: Goal = { ...ava, id: 'goal', title: 'Mic', kind: 'single', targets: [1n], createdAt: at }
const reached: Extract<TipEvent, { type: 'goal.reached' }> = {
  ...{ type: 'goal.reached', id: 'reached', at, creatorId: 'ava', level: 1 },
  goal: { id: 'goal', title: 'Mic', kind: 'single' },
  target: { amount: '1', currency: 'USD' },
}

/** In an order in which each finds something to do. */
const ledgerVerbs: Record<keyof LedgerStore, (store: LedgerStore) => Promise<unknown>> = {
  post: (store) => store.post([sampleEarning('a', { availableAt: at }), sampleEarning('b')], at),
  mature: (store) => store.mature({ at, limit: 9 }),
  payout: (store) =>
    store.payout({ ...ava, key: 'p', amount: 'all', minimum: 1n, occurredAt: at, recordedAt: at }),
  get: (store) => store.get('p'),
  totals: (store) => store.totals({ owner: 'ava', at }),
  listEntries: (store) => store.listEntries({ owner: 'ava', order: 'newest', limit: 9 }),
  takeSnapshots: (store) => store.takeSnapshots({ minTail: 1, limit: 9 }),
  audit: (store) => store.audit(),
}

const limits = (['payer', 'creator'] as const).map(
  (scope) => ({ name: scope, scope, counts: 'amount', windowSeconds: 60, limit: 9000n }) as const,
)
const tally = {
  ...ava,
  day: '2026-01-01',
  streamId: null,
  goalId: 'goal',
  payerId: 'vic',
  payerName: 'Vic',
  namedAt: null,
}
const tipVerbs: Record<keyof TipStore, (store: TipStore) => Promise<unknown>> = {
  create: (store) => store.create(sampleTip('t'), limits, at),
  commit: (store) =>
    store.commit(
      [
        {
          tip: { ...sampleTip('t'), version: 2, status: 'completed', chargeRef: 'pi_t' },
          event: { gateway: 'stripe', id: 'evt', type: 'payment_intent.succeeded' },
          transfers: [sampleEarning('t')],
          tally: { ...tally, amount: 1000n, tips: 1 },
          ...{ events: [{ ...reached, id: 'first' }], checkAt: at },
        },
      ],
      at,
    ),
  load: (store) => store.load([{ tipId: 't', event: { gateway: 'stripe', id: 'evt', type: '' } }]),
  findByCharge: (store) => store.findByCharge('stripe', 'pi_t'),
  list: (store) => store.list({ creatorId: 'ava', limit: 9 }),
  claimDue: (store) => store.claimDue({ at, until, limit: 9 }),
  postpone: async (store) => {
    await store.postpone('t', 2, until)
    await store.postpone('t', 2, null)
  },
  putGoal: async (store) => {
    await store.putGoal('noa', goal)
    await store.putGoal('noa', null)
    await store.putGoal('ava', goal)
  },
  getGoal: (store) => store.getGoal('ava'),
  announceGoal: (store) => store.announceGoal(goal, 0, 1, [reached]),
  goalTotal: (store) => store.goalTotal(goal),
  leaderboard: (store) => store.leaderboard({ ...ava, limit: 9 }),
  compactTallies: (store) => store.compactTallies({ limit: 9 }),
  claimEvents: (store) => store.claimEvents({ at, until, limit: 9 }),
  releaseEvent: (store) => store.releaseEvent('first', at),
  removeEvents: (store) => store.removeEvents(['first']),
  putMenu: (store) => store.putMenu('ava', []),
  getMenu: (store) => store.getMenu('ava'),
  block: (store) => store.block('ava', { id: 'bob', payerId: 'bob', blockedAt: at }),
  listBlocked: (store) => store.listBlocked('ava', { limit: 9 }),
  unblock: (store) => store.unblock('ava', 'bob'),
  putAlertSettings: (store) =>
    store.putAlertSettings({ creatorId: 'ava', tokenDigest: 'd', minimums: {}, showSeconds: 1 }),
  getAlertSettings: (store) => store.getAlertSettings('ava'),
  addAlerts: (store) => store.addAlerts([{ ...ava, id: 'a', at, body: { type: 'goal', goal: reached } }]),
  listAlerts: (store) => store.listAlerts('ava', 0, 9),
  lastAlert: (store) => store.lastAlert('ava'),
  prune: (store) => store.prune({ before: until }),
}

const offer: PaywallOffer = {
  ...{ id: 'seat', creatorId: 'ava', version: 1, title: 'Seat', price: { amount: '1', currency: 'USD' } },
  terms: { kind: 'bundle', resources: ['creator:ava'], durationSeconds: null },
  ...{ isOnSale: true, createdAt: at },
}
const sale: PaywallSale = {
  ...{ id: 'sale', userId: 'vic', creatorId: 'ava', offerId: 'seat', offerVersion: 1, title: 'Seat' },
  ...{ price: offer.price, paymentId: 'tip', gateway: null, createdAt: at },
  terms: { kind: 'bundle', resources: ['creator:ava'], durationSeconds: null },
}
const ban = { userId: 'bob', creatorId: null, reason: '', at }
const changes = {
  audit: [{ id: 'done', at, actorId: null, action: 'viewer.banned', creatorId: null }],
  events: [{ id: 'told', at, type: 'access.changed', userId: 'bob', creatorId: null }],
} as const
const paywallVerbs: Record<keyof PaywallStore, (store: PaywallStore) => Promise<unknown>> = {
  commit: async (store) => {
    const source = { sourceRef: 'a', source: 'comp', startsAt: at, endsAt: null } as const
    const grant = { kind: 'grant', userId: 'vic', resource: 'creator:ava', ...source } as const
    await store.commit({ ...changes, offer, ban, entries: [grant] })
    await store.commit({ audit: [], events: [], offer: { ...offer, version: 2 }, unban: ban })
  },
  loadAccess: (store) => store.loadAccess([{ userId: 'vic', streamId: 's', creatorId: 'ava' }]),
  startPreview: (store) => store.startPreview('vic', 's', at),
  getOffer: (store) => store.getOffer('seat'),
  listOffers: (store) => store.listOffers('ava', { limit: 9 }),
  startSale: async (store) => {
    await store.startSale(sale, null)
    await store.startSale({ ...sale, id: 'next' }, 'sale')
  },
  getSale: (store) => store.getSale('sale'),
  listSales: (store) => store.listSales({ userId: 'vic', limit: 9 }),
  findEntries: (store) => store.findEntries('a'),
  listEntries: (store) => store.listEntries('vic', { limit: 9 }),
  listBans: (store) => store.listBans(null, { limit: 9 }),
  listAudit: (store) => store.listAudit(null, { limit: 9 }),
  claimEvents: (store) => store.claimEvents({ at, until, limit: 9 }),
  removeEvents: (store) => store.removeEvents(['told']),
}

let server: PostgresServer
let owner: Pool
let platform: Pool
beforeAll(async () => {
  server = await startPostgres()
  const admin = server.createPool()
  await admin.query(
    'create role keeper login; create role platform login; grant create on database postgres to keeper',
  )
  owner = server.createPool({ user: 'keeper' })
  await migrate(owner)
  // More than it should have: what it had before is taken back.
  await owner.query('grant all on all tables in schema stagedoor to platform, public')
  await owner.query('revoke execute on all functions in schema stagedoor from public')
  await owner.query(ledgerGrants({ role: 'platform' }))
  await owner.query(tipGrants)
  platform = server.createPool({ user: 'platform' })
}, 60_000)
afterAll(() => server.close())

describe('a user that has the grants of the documentation and owns nothing', () => {
  it('can do everything that the ledger, tips and the paywall do', async () => {
    const [ledger, tips] = [postgresLedgerStore(platform), postgresTipStore(platform)]
    for (const work of Object.values(ledgerVerbs)) await work(ledger)
    for (const work of Object.values(tipVerbs)) await work(tips)
    const paywall = postgresPaywallStore(platform)
    for (const work of Object.values(paywallVerbs)) await work(paywall)
    // All of it did something: nothing was skipped for want of rows.
    expect(await ledger.get('completion:t')).not.toBeNull()
    expect(await ledger.audit()).toMatchObject({ transfers: 5, fault: null })
    expect(await tips.leaderboard({ ...ava, limit: 9 })).toMatchObject([{ payerId: 'vic', amount: 1000n }])
    expect(await tips.getGoal('ava')).toMatchObject({ announcedLevel: 1 })
    expect(await paywall.getOffer('seat')).toMatchObject({ version: 2 })
    expect(await paywall.listSales({ creatorId: 'ava', limit: 9 })).toHaveLength(2)
  })

  it.each([
    'update stagedoor.ledger_transfers set kind = kind',
    'update stagedoor.ledger_entries set amount = amount + 1',
    'delete from stagedoor.ledger_transfers',
    'delete from stagedoor.ledger_entries',
    'truncate stagedoor.ledger_transfers',
    'truncate stagedoor.ledger_entries',
    'select * from stagedoor.ledger_entries for update',
    'truncate stagedoor.ledger_balances',
    'truncate stagedoor.ledger_holds',
    'delete from stagedoor.ledger_payout_locks',
    'set session_replication_role = replica',
  ])('is refused: %s', async (statement) => {
    await expect(platform.query(statement)).rejects.toThrow('permission denied')
  })

  it('is refused to put entries into an old transfer, and to change holds and balances', async () => {
    const forged = `insert into stagedoor.ledger_entries (transfer, position, account, owner, currency, amount, recorded_at)
      select seq, n.*, now() from stagedoor.ledger_transfers cross join
        (values (7::smallint, 'creator_available', 'eve', 'USD', 5), (8, 'suspense', 'stripe', 'USD', -5)) n
      where key = 'completion:a'`
    await expect(platform.query(forged)).rejects.toThrow('not of this transaction')
    for (const table of ['ledger_holds', 'ledger_balances']) {
      await expect(platform.query(`update stagedoor.${table} set amount = amount`)).rejects.toThrow(
        'append-only',
      )
    }
    expect((await postgresLedgerStore(platform).audit()).fault).toBeNull()
  })

  it.each([
    'alter table stagedoor.ledger_entries disable trigger user',
    'drop trigger ledger_entries_append_only on stagedoor.ledger_entries',
    'drop table stagedoor.ledger_entries',
    'drop function stagedoor.ledger_refuse_change() cascade',
  ])('cannot take the protection away: %s', async (statement) => {
    await expect(platform.query(statement)).rejects.toThrow('must be owner of')
  })
})

describe('the ledger’s rows', () => {
  it.each(['ledger_transfers', 'ledger_entries'])('stay in %s even for the owner', async (table) => {
    for (const statement of [
      `update stagedoor.${table} set recorded_at = now()`,
      `delete from stagedoor.${table}`,
      `truncate stagedoor.${table}`,
    ]) {
      await expect(owner.query(statement)).rejects.toThrow('the ledger is append-only')
    }
    expect((await postgresLedgerStore(platform).audit()).fault).toBeNull()
  })

  it.each([
    ['select', 'ledger_transfers'],
    ['insert', 'ledger_entries'],
    ['delete', 'ledger_holds'],
    ['update', 'ledger_payout_locks'],
    ['delete', 'ledger_balances'],
  ])('cannot be kept without %s on %s, and the error says what to grant', async (privilege, table) => {
    await owner.query(`revoke ${privilege} on stagedoor.${table} from platform`)
    const ledger = postgresLedgerStore(platform)
    const failures: unknown[] = []
    for (const work of Object.values(ledgerVerbs)) await work(ledger).catch((error) => failures.push(error))
    await owner.query(`grant ${privilege} on stagedoor.${table} to platform`)
    expect(failures[0]).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('Grant the user'),
    })
  })
})
