import { inspect } from 'node:util'
import { isStreamingError } from '@stagedoor/streaming-core'
import { expect, it } from 'vitest'
import { mapPostgresError } from './postgres-errors.ts'
import { startPostgres } from './postgres-server.fixture.ts'
import { postgresStreamStore } from './postgres-stream-store.ts'

const failure = (code: string, message = 'it failed') => Object.assign(new Error(message), { code })

it.each([
  ['ECONNREFUSED', 'provider_unavailable', 'check that it runs'],
  ['57P01', 'provider_unavailable', 'restarting'],
  ['57P03', 'provider_unavailable', 'restarting'],
  ['53300', 'provider_unavailable', 'pools smaller'],
  ['53100', 'provider_unavailable', 'disk'],
  ['08006', 'provider_unavailable', 'cannot be reached'],
  ['57014', 'provider_unavailable', 'what it did is not known'],
  ['40001', 'provider_unavailable', 'same rows'],
  ['25006', 'provider_unavailable', 'primary'],
  ['28P01', 'internal', 'password'],
  ['42501', 'internal', 'Grant'],
  ['42P01', 'internal', 'stagedoor migrate'],
  ['22021', 'invalid_input', 'U+0000'],
  ['22007', 'invalid_input', 'ISO 8601'],
  ['XX000', 'internal', 'refused'],
] as const)('tells what to do about %s', (code, mapped, fix) => {
  const cause = failure(code)
  const error = mapPostgresError('get', cause)
  expect(error).toMatchObject({ code: mapped, provider: 'postgres', cause })
  expect(error.message).toContain(`PostgreSQL get failed with ${code}: it failed. `)
  expect(error.message).toContain(fix)
})

it.each([
  ['Connection terminated unexpectedly', 'provider_unavailable'],
  ['timeout exceeded when trying to connect', 'provider_unavailable'],
  ['Query read timeout', 'provider_unavailable'],
  ['Client has encountered a connection error and is not queryable', 'provider_unavailable'],
  ['PGlite is closed', 'provider_unavailable'],
  ['something else', 'internal'],
])('knows "%s", which comes without a code', (message, code) => {
  expect(mapPostgresError('get', new Error(message)).code).toBe(code)
})

it('lets an error of ours pass', () => {
  const error = mapPostgresError('get', failure('57P01'))
  expect(mapPostgresError('again', error)).toBe(error)
})

it('names no password, whatever is wrong with the connection', async () => {
  const server = await startPostgres({ max_connections: '5', superuser_reserved_connections: '1' })
  const secret = 'hunter2-Secret'
  const seen: unknown[] = []
  const codeOf = async (options: Parameters<typeof server.createPool>[0]) => {
    const pool = server.createPool({ max: 1, ...options })
    const error = await postgresStreamStore(pool, { timeoutMs: 5000 })
      .get('s1')
      .catch((thrown: unknown) => thrown)
    seen.push(error)
    await pool.end()
    if (!isStreamingError(error)) throw new Error(`not ours: ${inspect(error)}`)
    return [error.code, error.message.replace(/.*(failed with|failed|gave no).*?(\w*)(:.*|\. .*)?$/, '$2')]
  }
  try {
    expect(await codeOf({ password: secret, database: 'nowhere' })).toEqual(['internal', '3D000'])
    expect(await codeOf({ password: secret, user: 'nobody' })).toEqual(['internal', '28000'])
    expect(await codeOf({ password: secret })).toEqual(['internal', '42P01'])
    const sessions = server.createPool({ max: 5 })
    const held = await Promise.all(Array.from({ length: 5 }, () => sessions.connect()))
    expect(await codeOf({ password: secret })).toEqual(['provider_unavailable', '53300'])
    for (const client of held) client.release()
    await server.stop('SIGINT')
    expect(await codeOf({ password: secret })).toEqual(['provider_unavailable', 'ECONNREFUSED'])
    expect(await codeOf({ connectionString: `postgres://ava:${secret}@127.0.0.1:${server.port}/x` })).toEqual(
      ['provider_unavailable', 'ECONNREFUSED'],
    )
    expect(inspect(seen, { depth: 9, showHidden: true })).not.toContain(secret)
  } finally {
    await server.close()
  }
}, 60_000)

it('does not wait longer than it was told', async () => {
  const silent = { query: () => new Promise<never>(() => {}) }
  await expect(postgresStreamStore(silent, { timeoutMs: 20 }).get('s1')).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('PostgreSQL get gave no answer within 20 ms'),
  })
})
