import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isStreamingError } from '@stagedoor/streaming-core'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeOnEachDatabase } from './each-database.fixture.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import { type PostgresPool, quoteIdentifier } from './postgres-pool.ts'
import { type PostgresServer, startPostgres } from './postgres-server.fixture.ts'

const latest = migrations.length
const names = migrations.map(({ name }) => name)

const rowsOf = async (pool: PostgresPool, text: string, ...values: unknown[]) =>
  (await pool.query(text, values)).rows

/** Every table, column, index, constraint, function and trigger of a schema, as PostgreSQL describes them, without the schema's name. */
async function describeSchema(pool: PostgresPool, schema: string): Promise<string> {
  const parts = await Promise.all([
    rowsOf(
      pool,
      `select c.relname, c.relkind, c.reloptions::text, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) as type,
         a.attnotnull, l.collname, pg_get_expr(d.adbin, d.adrelid) as default
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       left join pg_collation l on l.oid = a.attcollation
       where c.relnamespace = $1::text::regnamespace and c.relkind in ('r', 'v', 'S') order by 1, 4`,
      quoteIdentifier(schema),
    ),
    rowsOf(pool, 'select indexname, indexdef from pg_indexes where schemaname = $1 order by 1', schema),
    rowsOf(
      pool,
      `select conname, pg_get_constraintdef(oid) as definition from pg_constraint
       where connamespace = $1::text::regnamespace order by 1`,
      quoteIdentifier(schema),
    ),
    rowsOf(
      pool,
      `select proname, pg_get_function_arguments(oid) as arguments,
         regexp_replace(prosrc, '\\s+', ' ', 'g') as source, proconfig is not null as has_path
       from pg_proc where pronamespace = $1::text::regnamespace order by 1`,
      quoteIdentifier(schema),
    ),
    rowsOf(
      pool,
      `select t.tgname, c.relname, t.tgtype, p.proname from pg_trigger t join pg_class c on c.oid = t.tgrelid
       join pg_proc p on p.oid = t.tgfoid where c.relnamespace = $1::text::regnamespace order by 1, 2`,
      quoteIdentifier(schema),
    ),
    rowsOf(pool, `select version, name from ${quoteIdentifier(schema)}.migrations order by 1`),
  ])
  return JSON.stringify(parts, null, 1).replaceAll(/\b\w+\.(?=\w+ USING)/g, '')
}

describeOnEachDatabase((_, pool) => {
  it('makes the tables once, and says what it did', async () => {
    const first = await migrate(pool(), { schema: 'once' })
    expect(first).toMatchObject({ from: 0, to: latest, steps: names })
    expect(await migrate(pool(), { schema: 'once' })).toEqual({
      from: latest,
      to: latest,
      steps: [],
      sql: '',
    })
    expect(await rowsOf(pool(), 'select version, name from once.migrations order by 1')).toEqual(
      migrations.map(({ version, name }) => ({ version, name })),
    )
  })

  it('leads to the schema of schema.sql', async () => {
    await migrate(pool(), { schema: 'migrated' })
    const script = readFileSync(new URL('../schema.sql', import.meta.url), 'utf8')
      .replaceAll('stagedoor', 'scripted')
      .replaceAll(/^--.*$|^(begin|commit);$/gm, '')
      .replace('set local search_path to scripted', `perform set_config('search_path', 'scripted', true)`)
    // Both databases take one statement at a time, so it is one.
    await pool().query(`do $script$ begin\n${script}\nend $script$`, [])
    const [migrated, scripted] = [
      await describeSchema(pool(), 'migrated'),
      await describeSchema(pool(), 'scripted'),
    ]
    expect(scripted).toBe(migrated)
    expect(scripted).toContain('streams_one_open')
    expect(scripted).toContain('ledger_entries_append_only')
    expect(await migrate(pool(), { schema: 'scripted' })).toMatchObject({ from: latest, steps: [] })
  })

  it('changes nothing in a dry run, whose SQL does what the run would', async () => {
    const { sql, steps } = await migrate(pool(), { schema: 'dry', dryRun: true })
    expect(steps).toEqual(names)
    expect(await rowsOf(pool(), `select to_regnamespace('dry') as name`)).toEqual([{ name: null }])
    await pool().query(sql, [])
    expect(await migrate(pool(), { schema: 'dry', dryRun: true })).toMatchObject({
      from: latest,
      steps: [],
      sql: '',
    })
  })

  it('takes only the steps that are missing, when it is given the SQL of all', async () => {
    const { sql } = await migrate(pool(), { schema: 'twice', dryRun: true })
    await pool().query(sql, [])
    await pool().query(sql, [])
    expect(await rowsOf(pool(), 'select count(*)::integer as count from twice.migrations')).toEqual([
      { count: latest },
    ])
  })

  it('refuses a database that is newer than the code', async () => {
    await migrate(pool(), { schema: 'newer' })
    await pool().query(
      `insert into newer.migrations (version, name) values (${latest + 1}, 'from the future')`,
      [],
    )
    const error = await migrate(pool(), { schema: 'newer' }).catch((thrown: unknown) => thrown)
    expect(isStreamingError(error, 'conflict')).toBe(true)
    expect(String(error)).toContain(`newer is at version ${latest + 1}, and this code knows ${latest}`)
  })

  it('leaves nothing behind when a step fails', async () => {
    await pool().query('create schema half', [])
    await pool().query('create table half.inbox (other integer)', [])
    await expect(migrate(pool(), { schema: 'half' })).rejects.toMatchObject({ code: 'internal' })
    const tables = await rowsOf(pool(), `select tablename from pg_tables where schemaname = 'half'`)
    expect(tables).toEqual([{ tablename: 'inbox' }])
  })

  it('takes a schema name with any characters', async () => {
    const schema = `Ava's "stage" $stagedoor$; drop`
    await expect(migrate(pool(), { schema })).resolves.toMatchObject({ to: latest })
    await expect(migrate(pool(), { schema })).resolves.toMatchObject({ from: latest })
  })
})

describe('with several servers', () => {
  let server: PostgresServer
  let pool: Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.createPool()
  }, 60_000)
  afterAll(() => server.close())

  it('lets ten servers start at once on a new database', async () => {
    const strict = { options: '-c default_transaction_isolation=serializable' }
    const pools = Array.from({ length: 10 }, (_, index) =>
      server.createPool({ max: 1, ...(index % 2 === 0 ? strict : {}) }),
    )
    await Promise.all(pools.map((one) => one.query('select 1')))
    const reports = await Promise.all(pools.map((one) => migrate(one)))
    expect(reports.map(({ to }) => to)).toEqual(pools.map(() => latest))
    expect(await rowsOf(pool, 'select name from stagedoor.migrations order by version')).toEqual(
      names.map((name) => ({ name })),
    )
  })

  it('lets ten programs run the command at once', () => {
    const program = new URL('./bin/stagedoor.ts', import.meta.url).pathname
    // In one shell, so that they overlap.
    const command = `for i in 1 2 3 4 5 6 7 8 9 10; do "$0" --conditions=@stagedoor/source "$1" migrate --schema ten & pids="$pids $!"; done
      for pid in $pids; do wait $pid || exit 1; done`
    const output = execFileSync('sh', ['-c', command, process.execPath, program], {
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: server.url },
    })
    expect(output.trim().split('\n')).toHaveLength(10)
    expect(output).toContain(`ten went from version 0 to ${latest}: ${names.join(', ')}`)
  }, 60_000)

  it('gives up on a lock in time, and says so', async () => {
    const holder = await pool.connect()
    try {
      await holder.query('begin')
      await holder.query(`select pg_advisory_xact_lock(hashtextextended('stagedoor migrate locked', 0))`)
      await expect(migrate(pool, { schema: 'locked', lockTimeoutSeconds: 0.1 })).rejects.toMatchObject({
        code: 'provider_unavailable',
        retryable: true,
        cause: { code: '55P03' },
      })
    } finally {
      await holder.query('rollback')
      holder.release()
    }
  })

  it('takes no lock on a database that is up to date', async () => {
    await migrate(pool, { schema: 'ready' })
    const holder = await pool.connect()
    try {
      await holder.query('begin')
      await holder.query(`select pg_advisory_xact_lock(hashtextextended('stagedoor migrate ready', 0))`)
      await expect(migrate(pool, { schema: 'ready', lockTimeoutSeconds: 0.1 })).resolves.toMatchObject({
        steps: [],
      })
    } finally {
      await holder.query('rollback')
      holder.release()
    }
  })

  it('does not leave its settings on the connection', async () => {
    const one = server.createPool({ max: 1 })
    const settings = () =>
      rowsOf(one, `select current_setting('search_path') as path, current_setting('lock_timeout') as lock`)
    const before = await settings()
    await migrate(one, { schema: 'settings' })
    expect(await settings()).toEqual(before)
  })
})
