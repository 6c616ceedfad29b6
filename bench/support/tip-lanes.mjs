import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeTip } from '@stagedoor/tips'

/**
 * What a completed tip costs in three designs. Each lane gets tips that are stored and wait for their payment, and is told
 * that one was paid.
 *
 * @typedef {ReturnType<import('../../packages/persistence-postgres/src/postgres-server.fixture.ts').PostgresServer['createPool']>} Pool
 * @typedef {{ readonly id: string, readonly creator: string }} WaitingTip
 * @typedef {{ prepare(tips: readonly WaitingTip[]): Promise<void>, complete(tip: WaitingTip): Promise<unknown> }} Lane
 */

const day = '2026-03-02'

/**
 * Ours, the whole of it: the webhook's event through the inbox, the tip, its transfer of three entries, the sums for goals
 * and leaderboards, and the outbox.
 *
 * @param {import('@stagedoor/tips').Tips} tips
 * @param {{ query(text: string, values: unknown[]): Promise<unknown> }} pool
 * @returns {Lane}
 */
export function tipsLane(tips, pool) {
  return {
    prepare: async (waiting) => {
      const documents = waiting.map((tip) => encodeTip(pendingTip(tip)))
      await pool.query(
        `insert into stagedoor.tips
           (id, creator_id, payer_id, status, currency, amount, created_at, version, document)
         select d ->> 'id', d ->> 'creatorId', d ->> 'payerId', 'pending', 'USD', 1010, now(), 1, d
         from json_array_elements($1::text::json) d`,
        [JSON.stringify(documents)],
      )
    },
    complete: async ({ id }) => {
      const { outcome } = await tips.applyEvent({
        ...{ id: `evt_${id}`, gateway: 'stripe', type: 'payment.succeeded', authenticity: 'signed' },
        ...{ occurredAt: `${day}T20:00:00Z`, providerType: 'payment_intent.succeeded' },
        ...{ ref: `pi_${id}`, merchantRef: id, amount: { amount: 1010n, currency: 'USD' } },
      })
      if (outcome !== 'applied') throw new Error(`${id} is ${outcome}`)
    },
  }
}

/** @param {WaitingTip} tip @returns {import('@stagedoor/tips').Tip} */
function pendingTip({ id, creator }) {
  return {
    ...{ id, creatorId: creator, payerId: `payer-${id.slice(-3)}`, payerName: 'Vic', isAnonymous: false },
    ...{
      amount: { amount: 1010n, currency: 'USD' },
      fee: 151n,
      net: 859n,
      status: 'pending',
      gateway: 'stripe',
    },
    terms: { feeBps: 1500, holdSeconds: 604_800 },
    ...{
      refunds: [],
      disputes: [],
      strays: [],
      strayReturns: [],
      refundedTotal: 0n,
      dispute: 'none',
      message: 'Great show!',
    },
    ...{ createdAt: `${day}T20:00:00.000Z`, expiresAt: `${day}T23:00:00.000Z`, fingerprint: 'f', version: 1 },
  }
}

/**
 * The obvious design: the tip's row, a transfer with a unique key, its entries, and a balance row for each account that every
 * tip updates, in a transaction. No inbox, no outbox, no sums.
 *
 * @param {Pool} pool
 * @returns {Promise<Lane>}
 */
export async function balanceRowsLane(pool) {
  await pool.query(`create schema naive;
    create table naive.tips (id text primary key, creator text not null, amount bigint not null, status text not null);
    create index on naive.tips (creator);
    create table naive.balances (account text primary key, amount bigint not null);
    create table naive.transfers (id bigint generated always as identity primary key, key text not null unique,
      kind text not null, occurred_at timestamptz not null, recorded_at timestamptz not null, gateway_ref text);
    create table naive.entries (transfer bigint not null, position smallint not null, account text not null,
      amount bigint not null, primary key (transfer, position));
    create index on naive.entries (account, transfer);`)
  const insertEntries = `insert into naive.entries (transfer, position, account, amount)
    select $1, p, a, m from unnest($2::smallint[], $3::text[], $4::bigint[]) as e (p, a, m)`
  const addToBalance = `insert into naive.balances as b (account, amount) values ($1, $2)
    on conflict (account) do update set amount = b.amount + excluded.amount`
  return {
    prepare: async (waiting) => {
      await pool.query(
        `insert into naive.tips select t ->> 'id', t ->> 'creator', 1010, 'pending'
         from json_array_elements($1::text::json) t`,
        [JSON.stringify(waiting)],
      )
    },
    complete: async ({ id, creator }) => {
      const client = await pool.connect()
      try {
        await client.query('begin')
        const done = await client.query(
          `update naive.tips set status = 'completed' where id = $1 and status = 'pending'`,
          [id],
        )
        if (done.rowCount !== 1) throw new Error(`${id} was completed before`)
        const { rows } = await client.query(
          `insert into naive.transfers (key, kind, occurred_at, recorded_at, gateway_ref)
           values ($1, 'earning', now(), now(), $2) returning id`,
          [`completion:${id}`, `pi_${id}`],
        )
        // In one order of accounts, or tips would wait for one another in circles.
        const lines = /** @type {const} */ ([
          ['clearing:stripe', -1010],
          [`creator:${creator}`, 859],
          [`revenue:${creator}`, 151],
        ])
        const [accounts, amounts] = [lines.map(([account]) => account), lines.map(([, amount]) => amount)]
        await client.query(insertEntries, [rows[0].id, [0, 1, 2], accounts, amounts])
        for (const [account, amount] of lines) await client.query(addToBalance, [account, amount])
        await client.query('commit')
      } finally {
        client.release()
      }
    },
  }
}

/**
 * pgledger's own SQL (https://github.com/pgr0ss/pgledger, MIT): a tip is two transfers, in one call. It keeps the ledger
 * alone: no tip's row, no idempotency key.
 *
 * @param {Pool} pool
 * @param {string} folder - A clone of its repository.
 * @param {readonly string[]} creators
 * @returns {Promise<Lane>}
 */
export async function pgledgerLane(pool, folder, creators) {
  for (const file of ['vendor/scoville-pgsql-ulid/uuid-to-ulid.sql', 'pgledger.sql']) {
    await pool.query(readFileSync(join(folder, file), 'utf8'))
  }
  /** @type {Map<string, string>} */
  const accounts = new Map()
  const names = ['clearing', ...creators.flatMap((creator) => [`creator:${creator}`, `revenue:${creator}`])]
  const { rows } = await pool.query(
    `select name, (pgledger_create_account(name, 'USD')).id from unnest($1::text[]) as n (name)`,
    [names],
  )
  for (const { name, id } of rows) accounts.set(name, id)
  const text = `select count(*) from pgledger_create_transfers(($1, $2, 8.59)::transfer_request, ($1, $3, 1.51)::transfer_request)`
  return {
    prepare: async () => {},
    complete: ({ creator }) =>
      pool.query(text, [
        accounts.get('clearing'),
        accounts.get(`creator:${creator}`),
        accounts.get(`revenue:${creator}`),
      ]),
  }
}
