import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callApi } from './support/api.ts'
import { launchBrowser, signedIn } from './support/browser.ts'
import { type RunningPlatform, startPlatform } from './support/platform.ts'

let platform: RunningPlatform
let browser: Browser
let forAccounts: string
let forVic: string

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchBrowser()
  const plan = async (person: 'ava' | 'noa', access: unknown) => {
    const { body } = await callApi(platform.url, person, 'POST', '/streams', {
      title: `By ${person}`,
      access,
    })
    return body.stream.id
  }
  forAccounts = await plan('ava', { audience: 'signed_in' })
  forVic = await plan('noa', { audience: 'invited', invited: ['vic'] })
})

afterAll(async () => {
  await browser?.close()
  await platform?.close()
})

test('a viewer without access gets a reason and no URL', async () => {
  const cases = [
    { stream: forAccounts, person: null, reason: 'sign_in' },
    { stream: forVic, person: null, reason: 'sign_in' },
    { stream: forVic, person: 'sam', reason: 'banned' },
  ] as const
  for (const { stream, person, reason } of cases) {
    const answer = await callApi(platform.url, person, 'POST', `/streams/${stream}/playback`)
    expect(answer).toMatchObject({ status: 403, body: { denial: { reason, offers: [] } } })
    expect(answer.text).not.toMatch(/m3u8|token|https?:/)
  }
})

test('a viewer with access gets a URL with a token and its end', async () => {
  for (const [stream, person] of [
    [forAccounts, 'sam'],
    [forVic, 'vic'],
    [forVic, 'noa'],
  ] as const) {
    const { status, body } = await callApi(platform.url, person, 'POST', `/streams/${stream}/playback`)
    expect(status).toBe(200)
    expect(new URL(body.url).searchParams.get('token')).toMatch(/^ey/)
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now())
  }
})

test('nobody but its owner gets a stream’s ingest, rotates its key or ends it', async () => {
  for (const person of ['noa', 'vic', null] as const) {
    const expected = person === null ? 401 : 403
    for (const [method, path] of [
      ['GET', '/ingest'],
      ['POST', '/ingest/rotate'],
      ['DELETE', ''],
    ] as const) {
      const answer = await callApi(platform.url, person, method, `/streams/${forAccounts}${path}`)
      expect(answer.status, `${person} ${method} ${path}`).toBe(expected)
      expect(answer.text).not.toContain('sk_')
    }
  }
})

test('a viewer account that wants to go live is told why not, by the API and by the studio', async () => {
  const answer = await callApi(platform.url, 'vic', 'POST', '/streams', { title: 'Mine' })
  expect(answer).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
  expect(answer.body.error.message).toContain('Vic has a viewer account')
  const page = await (await signedIn(browser, platform.url, 'vic')).newPage()
  await page.goto(`${platform.url}/studio`)
  await page.getByText('Vic has a viewer account').waitFor()
  await page.getByRole('button', { name: 'Become Noa' }).click()
  await page.getByRole('heading', { name: 'By noa' }).waitFor()
})

test('the watch page says what a denied viewer can do, and signing in opens the door', async () => {
  const page = await (await signedIn(browser, platform.url, null)).newPage()
  await page.goto(`${platform.url}/watch/${forVic}`)
  await page.getByRole('heading', { name: 'Sign in to watch' }).waitFor()
  await page.getByRole('button', { name: 'Sign in as Sam' }).click()
  await page.getByRole('heading', { name: 'This stream is by invitation' }).waitFor()
  await page.locator('.person-switcher summary').click()
  await page.locator('.person-switcher').getByRole('button', { name: 'Vic' }).click()
  await page.getByRole('heading', { name: 'Noa is about to go live' }).waitFor()
})

test('the person’s cookie is out of reach for scripts and other sites', async () => {
  const body = new URLSearchParams({ person: 'ava', next: '//evil.example/' })
  const response = await fetch(`${platform.url}/demo/person`, { method: 'POST', body, redirect: 'manual' })
  expect(response.headers.get('location')).toBe('/')
  expect(response.headers.get('set-cookie')).toMatch(/stagedoor_person=ava;.*HttpOnly; SameSite=Lax/)
  const foreign = { method: 'POST', body, headers: { origin: 'https://evil.example' } }
  expect((await fetch(`${platform.url}/demo/person`, foreign)).status).toBe(403)
})
