import { isStreamingError } from '@stagedoor/streaming-core'
import { expect, it } from 'vitest'
import { livekit } from './livekit.ts'
import type { LivekitOptions } from './livekit-options.ts'
import { livekitOptionsFromEnv } from './options-from-env.ts'
import { livekitPriceBook } from './prices.ts'

const good = {
  url: 'wss://live.example',
  apiKey: 'key',
  apiSecret: 'a-secret-of-forty-characters-for-the-tests',
}

const recordings = { bucket: 'b', region: 'r', accessKeyId: 'k', secretAccessKey: 's', url: () => {} }
const cent = { amount: '1', verified: true, source: 'our contract' }

function badBook() {
  const { plans, ...book } = livekitPriceBook
  const gigabyte = { ...cent, amount: 'twelve cents' }
  return { ...book, plans: { ...plans, ship: { ...plans.ship, gigabyte } } }
}

it.each([
  ['url', { url: 'live.example' }, 'wss'],
  ['url', { url: 'wss://live.example/path' }, 'without a path'],
  ['url', { url: 'wss://key:a-secret-of@live.example' }, 'without credentials'],
  ['publicUrl', { publicUrl: 'wss://live.example?x=1' }, 'without a path'],
  ['publicUrl', { publicUrl: 'ftp://x' }, 'wss'],
  ['apiKey', { apiKey: '' }, 'empty'],
  ['apiSecret', { apiSecret: 7 }, 'Redacted'],
  ['namespace', { namespace: 'a-b' }, 'letters'],
  ['viewerTokenTtlSeconds', { viewerTokenTtlSeconds: 5 }, '10 to 3600'],
  ['hostTokenTtlSeconds', { hostTokenTtlSeconds: 4000 }, '10 to 3600'],
  ['emptyTimeoutSeconds', { emptyTimeoutSeconds: 0 }, '1 or more'],
  ['plan', { plan: 'gold' }, 'ship'],
  ['includedLeft.gigabytes', { includedLeft: { gigabytes: -1 } }, '>=0'],
  ['ingress', { ingress: 'srt' }, 'rtmp or whip'],
  ['recordings.url', { recordings: { ...recordings, url: undefined } }, 'function'],
  ['recordings.format', { recordings: { ...recordings, format: 'avi' } }, 'mp4'],
  ['priceBook.plans.ship.gigabyte.amount', { priceBook: badBook() }, '0.05'],
  ['priceBook.asOf', { priceBook: { ...livekitPriceBook, asOf: 'today' } }, '2026'],
  ['selfHosted.gigabyte.amount', { selfHosted: { gigabyte: { ...cent, amount: '$1' } } }, '0.05'],
  ['selfHosted', { selfHosted: { gigabyte: cent }, plan: 'ship' }, 'plan'],
  ['colour', { colour: 'red' }, 'no such option'],
])('names %s when it is wrong', (field, change, hint) => {
  try {
    livekit({ ...good, ...change } as LivekitOptions)
    expect.fail('It was taken.')
  } catch (error) {
    if (!isStreamingError(error, 'invalid_input')) throw error
    expect([error.field, error.message]).toEqual([field, expect.stringContaining(hint)])
    expect(error.message).not.toContain('a-secret-of')
  }
})

it('is read from the environment, and names what is missing', () => {
  const env = {
    LIVEKIT_URL: 'wss://live.example',
    LIVEKIT_API_KEY: ' key ',
    LIVEKIT_API_SECRET: good.apiSecret,
  }
  const options = livekitOptionsFromEnv({ ...env, LIVEKIT_PLAN: 'scale', LIVEKIT_NAMESPACE: '' })
  expect(options).toMatchObject({ url: 'wss://live.example', apiKey: 'key', plan: 'scale' })
  expect(options).not.toHaveProperty('namespace')
  expect(JSON.stringify(options)).not.toContain(good.apiSecret)
  expect(livekit(options).id).toBe('livekit')
  expect(() => livekitOptionsFromEnv({ ...env, LIVEKIT_API_SECRET: '' })).toThrow(
    /LIVEKIT_API_SECRET is not set/,
  )
  expect(() => livekitOptionsFromEnv({ ...env, LIVEKIT_PLAN: 'gold' })).toThrow(/LIVEKIT_PLAN takes/)
})
