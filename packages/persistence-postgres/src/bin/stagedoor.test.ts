import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrations } from '../migrations.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.fixture.ts'

const latest = migrations.length
const names = migrations.map(({ name }) => name).join(', ')
const program = fileURLToPath(new URL('./stagedoor.ts', import.meta.url))

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.close())

function stagedoor(args: readonly string[], databaseUrl = server.url) {
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@stagedoor/source', program, ...args],
    { encoding: 'utf8', env },
  )
  return { status, stdout, stderr }
}

it('prints the SQL of a dry run, which another tool can run', async () => {
  const { status, stdout } = stagedoor(['migrate', '--dry-run'])
  expect(status).toBe(0)
  const pool = server.createPool()
  expect((await pool.query(`select to_regnamespace('stagedoor') as name`)).rows).toEqual([{ name: null }])
  await pool.query(stdout)
  expect(stagedoor(['migrate'])).toEqual({
    status: 0,
    stdout: `stagedoor is at version ${latest}: nothing to do\n`,
    stderr: '',
  })
  expect(stagedoor(['migrate', '--dry-run']).stdout).toBe(
    `-- stagedoor is at version ${latest}: nothing to do\n`,
  )
})

it('makes the tables where it is told to', async () => {
  const args = ['migrate', '--schema', 'other', '--database-url', server.url]
  const { status, stdout } = stagedoor(args, 'postgres://nobody@127.0.0.1:1/nowhere')
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `other went from version 0 to ${latest}: ${names}\n`,
  })
})

it.each([
  ['no command', [], 'the one command is: stagedoor migrate'],
  ['an unknown command', ['rollback'], 'the one command is: stagedoor migrate'],
  ['an unknown flag', ['migrate', '--force'], "Unknown option '--force'"],
  ['no time', ['migrate', '--lock-timeout', 'soon'], '--lock-timeout takes a number of seconds'],
])('says what is wrong with %s', (_, args, message) => {
  const { status, stderr } = stagedoor(args)
  expect(status).toBe(1)
  expect(stderr).toContain(`stagedoor: ${message}`)
})

it.each([
  ['nobody listens', 'postgres://ava:hunter2@127.0.0.1:1/platform', 'ECONNREFUSED'],
  ['the port is none', 'postgres://ava:hunter2@127.0.0.1:port/platform', ''],
  ['there is no such database', 'postgres://stagedoor:hunter2@127.0.0.1:PORT/nowhere', '3D000'],
])('says so without the password when %s', (_, url, message) => {
  const { status, stdout, stderr } = stagedoor(['migrate'], url.replace('PORT', `${server.port}`))
  expect(status).toBe(1)
  expect(stderr).toMatch(/^stagedoor: .+\n$/)
  expect(stderr).toContain(message)
  expect(stdout + stderr).not.toContain('hunter2')
})

it('asks for a database when it has none', () => {
  expect(stagedoor(['migrate'], '').stderr).toBe(
    'stagedoor: set DATABASE_URL, or pass --database-url postgres://user@host/database\n',
  )
})

it('helps', () => {
  expect(stagedoor(['--help']).stdout).toContain('--dry-run')
})
