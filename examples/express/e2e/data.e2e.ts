import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { findLivekitServer } from './support/livekit.ts'
import { spawnPlatform, startPlatform } from './support/platform.ts'
import { freePort, startPostgres } from './support/postgres.ts'
import { waitFor } from './support/wait-for.ts'

const folder = mkdtempSync(join(tmpdir(), 'stagedoor-data-'))
const kept = { STAGEDOOR_DATA: join(folder, 'not there yet') }

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('streams are there after a restart, and after a crash', async () => {
  const first = await startPlatform(kept)
  const created = await callApi(first.url, 'ava', 'POST', '/streams', { title: 'Kept' })
  const { id } = created.body.stream
  expect(await first.close()).toBe(0)

  const crashing = spawnPlatform(kept)
  await waitFor(() => /Ctrl\+C/.test(crashing.output()), 'the second start')
  const url = /(http:\/\/\S+)\/studio/.exec(crashing.output())?.[1] ?? ''
  // The local IVS began anew, so the stream's channel is gone there.
  const read = async () => (await callApi(url, null, 'GET', `/streams/${id}`)).body.stream
  await waitFor(async () => (await read()).status === 'ended', 'the stream to be ended')
  expect(await read()).toMatchObject({ title: 'Kept', endReason: 'The channel is gone at the provider.' })
  const gone = once(crashing.child, 'exit')
  crashing.child.kill('SIGKILL')
  await gone

  const third = await startPlatform(kept)
  const again = await callApi(third.url, null, 'GET', `/streams/${id}`)
  expect(again.body.stream).toMatchObject({ id, title: 'Kept', status: 'ended' })
  await third.close()
})

test('after a crash the next start has a LiveKit of its own again, on the same port', async () => {
  const port = await freePort()
  const env = { ...kept, LIVEKIT_SERVER: findLivekitServer(), LIVEKIT_PORT: String(port) }
  const crashing = spawnPlatform(env)
  await waitFor(() => /Ctrl\+C/.test(crashing.output()), 'the first start')
  const gone = once(crashing.child, 'exit')
  crashing.child.kill('SIGKILL')
  await gone
  const isAway = () =>
    fetch(`http://127.0.0.1:${port}`).then(
      () => false,
      () => true,
    )
  await waitFor(isAway, 'the LiveKit of the first start to end with it')

  const second = await startPlatform(env)
  await waitFor(async () => (await fetch(`${second.url}/healthz`)).ok, 'every part of the second start')
  const body = { title: 'From my room', method: 'browser' }
  expect((await callApi(second.url, 'noa', 'POST', '/streams', body)).status).toBe(201)
  await second.close()
  await waitFor(isAway, 'LiveKit to end with the platform')
})

test('a second process on the same data is one clear line and exit 1, and harms nothing', async () => {
  const first = await startPlatform(kept)
  const second = spawnPlatform(kept)
  const [code] = await once(second.child, 'exit')
  expect([code, second.output()]).toEqual([
    1,
    `Another Stagedoor runs on the data in ${kept.STAGEDOOR_DATA}. Stop it, or choose another folder with STAGEDOOR_DATA.\n`,
  ])
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200)
  await first.close()
})

test('DATABASE_URL keeps them in a PostgreSQL of one’s own; while it is away the platform says so', async () => {
  const database = await startPostgres()
  const platform = await startPlatform({ DATABASE_URL: database.url })
  expect(platform.output()).toContain(`PostgreSQL, ${new URL(database.url).host}/postgres`)
  const created = await callApi(platform.url, 'ava', 'POST', '/streams', { title: 'In a table' })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query('select id, creator_id from stagedoor.streams')
  await client.end()
  expect(rows).toEqual([{ id: created.body.stream.id, creator_id: 'ava' }])

  await database.close()
  const failed = await callApi(platform.url, null, 'GET', '/streams')
  expect([failed.status, failed.body.error.code]).toEqual([503, 'provider_unavailable'])
  const health = await fetch(`${platform.url}/healthz`)
  expect([health.status, (await health.json()).parts.database]).toEqual([503, 'does not answer'])
  await platform.close()
})

test('a PostgreSQL that is not there is one clear line and exit 1, without the password', async () => {
  const { child, output } = spawnPlatform({ DATABASE_URL: 'postgres://ava:hunter2@127.0.0.1:9/stagedoor' })
  const [code] = await once(child, 'exit')
  expect(code).toBe(1)
  expect(output().trim().split('\n')).toHaveLength(1)
  expect(output()).not.toContain('hunter2')
})
