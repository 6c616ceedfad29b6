/**
 * The obvious ledger: the same transfer and entries, and a balance row for each account that every transfer updates, in a
 * transaction.
 *
 * @typedef {ReturnType<import('../../packages/persistence-postgres/src/postgres-server.fixture.ts').PostgresServer['createPool']>} Pool
 * @typedef {import('@stagedoor/ledger').NewTransfer} NewTransfer
 */

/** @param {Pool} pool */
export async function createBalanceRows(pool) {
  await pool.query(`create schema naive`)
  await pool.query(`create table naive.balances (account text primary key, amount bigint not null)`)
  await pool.query(`create table naive.transfers (
    id bigint generated always as identity primary key, key text not null unique, kind text not null,
    occurred_at timestamptz not null, recorded_at timestamptz not null, reference text, gateway text, gateway_ref text
  )`)
  await pool.query(`create table naive.entries (
    transfer bigint not null, position smallint not null, account text not null, amount bigint not null,
    primary key (transfer, position)
  )`)
  await pool.query(`create index on naive.entries (account, transfer)`)
}

const insertTransfer = `insert into naive.transfers (key, kind, occurred_at, recorded_at, reference, gateway, gateway_ref)
  values ($1, $2, $3, now(), $4, $5, $6) on conflict (key) do nothing returning id`
const insertEntry = 'insert into naive.entries (transfer, position, account, amount) values ($1, $2, $3, $4)'
const addToBalance = `insert into naive.balances as b (account, amount) values ($1, $2)
  on conflict (account) do update set amount = b.amount + excluded.amount`

/** @param {Pool} pool @param {NewTransfer} transfer */
export async function postToBalanceRows(pool, { key, kind, occurredAt, reference, gateway, entries }) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const values = [key, kind, occurredAt, reference, gateway?.id, gateway?.ref]
    const { rows } = await client.query(insertTransfer, values)
    if (rows.length !== 1) throw new Error(`${key} was there already`)
    // In one order of accounts, or transfers would wait for one another.
    const lines = entries.map(({ account, owner, currency, amount }) => ({
      account: `${account}:${owner}:${currency}`,
      amount: `${amount}`,
    }))
    for (const [position, { account, amount }] of lines.entries()) {
      await client.query(insertEntry, [rows[0].id, position, account, amount])
    }
    for (const { account, amount } of lines.sort((left, right) => (left.account < right.account ? -1 : 1))) {
      await client.query(addToBalance, [account, amount])
    }
    await client.query('commit')
  } finally {
    client.release()
  }
}
