import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser, signedIn } from './support/browser.ts'
import { findLivekitServer } from './support/livekit.ts'
import { spawnPlatform, startByNpm, startPlatform } from './support/platform.ts'
import { waitFor } from './support/wait-for.ts'

let taken: Server
let port: string
let browser: Browser

beforeAll(async () => {
  taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  port = String((taken.address() as AddressInfo).port)
  browser = await launchBrowser()
})

afterAll(async () => {
  taken?.close()
  await browser?.close()
})

test.each(['PORT', 'IVS_LOCAL_PORT', 'RTMP_PORT', 'LIVEKIT_PORT'])(
  'a taken %s is one clear line and exit 1',
  async (name) => {
    const livekit: Record<string, string> =
      name === 'LIVEKIT_PORT' ? { LIVEKIT_SERVER: findLivekitServer() } : {}
    const { child, output } = spawnPlatform({ [name]: port, ...livekit })
    const [code] = await once(child, 'exit')
    expect(code).toBe(1)
    expect(output()).toBe(`Port ${port} is taken. Stop what uses it, or choose another one with ${name}.\n`)
  },
)

test('a port that is none is one clear line and exit 1', async () => {
  const { child, output } = spawnPlatform({ PORT: 'http' })
  const [code] = await once(child, 'exit')
  expect([code, output()]).toEqual([1, 'PORT is "http": it takes a port number, or 0 for any free port.\n'])
})

test('/healthz names the parts; Ctrl+C ends all of them, open event streams included', async () => {
  const platform = await startPlatform()
  const health = await fetch(`${platform.url}/healthz`)
  expect([health.status, await health.json()]).toEqual([
    200,
    { status: 'ok', parts: { web: 'ok', database: 'ok', money: 'ok', ivs: 'ok', ingest: 'ok' } },
  ])
  const { body } = await callApi(platform.url, 'ava', 'POST', '/streams', { title: 'Left open' })
  const events = await fetch(`${platform.url}/api/streaming/streams/${body.stream.id}/events`)
  expect(events.status).toBe(200)
  events.body?.cancel().catch(() => {})
  expect(await platform.close()).toBe(0)
  await expect(fetch(platform.url)).rejects.toThrow()
  await expect(fetch(platform.ivsUrl)).rejects.toThrow()
})

test('npm start brings the built platform up, and ends it when npm is ended', async () => {
  const platform = await startByNpm()
  await waitFor(async () => (await fetch(`${platform.url}/healthz`)).ok, 'all parts to be well')
  await platform.close()
  const isGone = (url: string) =>
    fetch(url).then(
      () => false,
      () => true,
    )
  await waitFor(() => isGone(platform.url), 'the pages to be gone')
  await waitFor(() => isGone(platform.ivsUrl), 'the local IVS to be gone')
})

test('pages come back by themselves when the platform does', async () => {
  const first = await startPlatform()
  const fixed = { PORT: new URL(first.url).port }
  const ava = await signedIn(browser, first.url, 'ava')
  const { body } = await callApi(first.url, 'ava', 'POST', '/streams', { title: 'Before the restart' })
  const [home, studio, watch] = await Promise.all([ava.newPage(), ava.newPage(), ava.newPage()])
  await home.goto(first.url)
  await home.getByRole('link', { name: 'Before the restart' }).waitFor()
  await studio.goto(`${first.url}/studio`)
  await studio.getByRole('heading', { name: 'Waiting for your encoder' }).waitFor()
  await watch.goto(`${first.url}/watch/${body.stream.id}`)
  await watch.getByRole('heading', { name: 'Ava is about to go live' }).waitFor()
  await first.close()
  await home.getByText('The server does not answer').waitFor()
  await studio.getByText('The server does not answer').waitFor()
  await watch.getByText('The server does not answer').waitFor()

  // Another database, which knows nothing of the stream.
  const second = await startPlatform(fixed)
  await home.getByRole('heading', { name: 'Nobody is on stage right now' }).waitFor()
  await studio.getByRole('heading', { name: 'Go live, Ava' }).waitFor()
  await watch.getByRole('heading', { name: 'This stream is not here any more' }).waitFor()
  expect(await home.getByText('The server does not answer').isVisible()).toBe(false)
  await second.close()
})
