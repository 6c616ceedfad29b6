import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser, signedIn, waitUntilPlaying } from './support/browser.ts'
import { type Encoder, startEncoder } from './support/encoder.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'
import { waitFor } from './support/wait-for.ts'

let platform: RunningPlatform
let browser: Browser
let encoder: Encoder | undefined
/** Everything that left the platform but the owner's ingest answers, by where it was seen. */
const seen = new Map<string, string>()
const bodies: Promise<void>[] = []

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
})

afterAll(async () => {
  await encoder?.kill()
  await browser?.close()
  await platform?.close()
})

test('a stream key is in its owner’s ingest answer and nowhere else', async () => {
  const { body: created, text } = await callApi(platform.url, 'ava', 'POST', '/streams', { title: 'Secret' })
  seen.set('POST /streams', text)
  const id = created.stream.id
  const events = collectEvents(`${platform.url}/api/streaming/streams/${id}/events`)
  const first = await callApi(platform.url, 'ava', 'GET', `/streams/${id}/ingest`)
  const studio = await openWatched('ava', '/studio')
  const watch = await openWatched('vic', `/watch/${id}`)
  const home = await openWatched(null, '/')

  const rotated = await callApi(platform.url, 'ava', 'POST', `/streams/${id}/ingest/rotate`)
  expect(rotated.body.streamKey).not.toBe(first.body.streamKey)
  encoder = await startEncoder(first.body.url, first.body.streamKey)
  await waitFor(() => encoder?.process.exitCode !== null, 'the encoder with the old key to be refused')
  encoder = await startEncoder(rotated.body.url, rotated.body.streamKey)
  await waitUntilPlaying(watch, 'the watch page')
  for (const person of ['ava', 'vic', null] as const) {
    const reads = ['/streams', `/streams/${id}`, `/streams/${id}/status`, `/streams/${id}/recordings`]
    for (const path of reads) await callAndKeep(person, 'GET', path)
    await callAndKeep(person, 'POST', `/streams/${id}/playback`)
    await callAndKeep(person, 'POST', '/streams', { title: 'Another' })
    if (person !== 'ava') await callAndKeep(person, 'GET', `/streams/${id}/ingest`)
  }
  for (const [name, page] of Object.entries({ studio, watch, home })) seen.set(name, await page.content())
  await callAndKeep('ava', 'DELETE', `/streams/${id}`)
  await waitFor(() => events.text().includes('stream.ended'), 'the last event')
  await Promise.all(bodies)
  seen.set('events', events.text())
  events.close()
  seen.set('output', platform.output())

  expect(seen.size).toBeGreaterThan(30)
  for (const secret of [first.body.streamKey, rotated.body.streamKey]) {
    expect(secret).toMatch(/^sk_\S{20,}/)
    const leaks = [...seen].filter(([, content]) => content.includes(secret)).map(([where]) => where)
    expect(leaks).toEqual([])
  }
})

async function callAndKeep(person: 'ava' | 'vic' | null, method: string, path: string, body?: unknown) {
  const answer = await callApi(platform.url, person, method, path, body)
  seen.set(`${person} ${method} ${path} ${answer.status}`, answer.text)
}

async function openWatched(person: string | null, path: string): Promise<Page> {
  const page = await (await signedIn(browser, platform.url, person)).newPage()
  page.on('response', (response) => {
    const url = new URL(response.url())
    const isKept = url.origin === platform.url && !/\/(ingest|events)/.test(url.pathname)
    if (isKept)
      bodies.push(
        response.text().then(
          (text) => void seen.set(`${person} page ${url.pathname}`, text),
          () => {},
        ),
      )
  })
  page.on('console', (message) => seen.set(`${person} console ${message.text()}`, message.text()))
  await page.goto(platform.url + path)
  return page
}

function collectEvents(url: string): { text(): string; close(): void } {
  const closing = new AbortController()
  let text = ''
  const read = async () => {
    const response = await fetch(url, { signal: closing.signal })
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
  }
  read().catch(() => {})
  return { text: () => text, close: () => closing.abort() }
}
