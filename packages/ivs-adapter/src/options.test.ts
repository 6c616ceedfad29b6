import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { isStreamingError, redacted } from '@stagedoor/streaming-core'
import { describe, expect, it } from 'vitest'
import { ivs } from './ivs.ts'
import type { IvsOptions } from './ivs-options.ts'
import { ivsOptionsFromEnv } from './options-from-env.ts'
import { generatePlaybackKeyPair } from './playback-key.ts'
import { ivsPriceBook } from './prices.ts'
import { resolveOptions } from './resolve-options.ts'

const { privateKey } = generatePlaybackKeyPair()
const good: IvsOptions = { region: 'us-east-1', playbackKey: { privateKey } }
const pem = (namedCurve: string, type: 'pkcs8' | 'sec1') =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'pem', type }).toString()

function problem(work: () => unknown) {
  try {
    work()
  } catch (error) {
    if (isStreamingError(error, 'invalid_input')) return { field: error.field, message: error.message, error }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('options', () => {
  it.each([
    ['region', { region: 'mars-1' }, 'us-east-1'],
    ['region', { region: undefined }, 'string'],
    ['namespace', { namespace: 'a b' }, '1 to 32'],
    ['endpoint', { endpoint: 'localhost:4566' }, 'http'],
    ['client', { client: {} }, 'send'],
    ['credentials', { credentials: { accessKeyId: 'x' } }, 'accessKeyId'],
    ['channelType', { channelType: 'PREMIUM' }, 'STANDARD'],
    ['playbackTokenTtlSeconds', { playbackTokenTtlSeconds: 601 }, '600'],
    ['webhookSecret', { webhookSecret: 'short' }, '16'],
    ['webhookSecret', { webhookSecret: [] }, ''],
    ['webhookHeader', { webhookHeader: 'x y' }, 'header'],
    ['webhookAccount', { webhookAccount: '12' }, 'twelve'],
    ['callsPerSecond', { callsPerSecond: 0 }, '1'],
    ['clock', { clock: 5 }, 'function'],
    ['logger', { logger: { info: () => {} } }, 'warn'],
    ['recordingsBucket', { recordingsBucket: 'b' }, 'no such option'],
    ['priceBook.inputPerHour.BASIC.amount', { priceBook: badBook() }, '7.2'],
    ['playbackKey', { playbackKey: undefined }, 'generatePlaybackKeyPair'],
    ['publicPlayback', { publicPlayback: true }, 'playbackKey'],
    ['client', { client: { send: async () => ({}) }, endpoint: 'http://localhost' }, 'endpoint'],
  ])('name %s when it is wrong', (field, change, hint) => {
    const found = problem(() => ivs({ ...good, ...change } as IvsOptions))
    expect(found.field).toBe(field)
    expect(found.message).toContain(hint)
  })

  it.each([
    ['another curve', pem('P-256', 'pkcs8')],
    ['no key', 'hunter2'],
    ['a public key', generatePlaybackKeyPair().publicKey],
  ])('refuse %s for playback, and quote nothing of it', (_, key) => {
    const { field, error } = problem(() => ivs({ ...good, playbackKey: { privateKey: key } }))
    expect(field).toBe('playbackKey.privateKey')
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key.split('\n')[1] ?? key)
  })

  it('take a private key as generatePlaybackKeyPair or openssl writes it', () => {
    for (const key of [privateKey, privateKey.reveal(), pem('P-384', 'sec1')]) {
      expect(resolveOptions({ ...good, playbackKey: { privateKey: key } }).playbackKey?.type).toBe('private')
    }
  })

  it('have defaults that are safe', () => {
    expect(resolveOptions(good)).toMatchObject({
      namespace: 'default',
      insecureIngest: false,
      playbackTokenTtlSeconds: 300,
      webhookSecrets: [],
      channelTypes: { sd: 'ADVANCED_SD', hd: 'ADVANCED_HD', fhd: 'STANDARD' },
      callsPerSecond: 5,
    })
  })

  it('take plain RTMP by default from a plain endpoint only', () => {
    const insecure = (endpoint: string) => resolveOptions({ ...good, endpoint }).insecureIngest
    expect(insecure('http://127.0.0.1:4566')).toBe(true)
    expect(insecure('https://ivs.us-east-1.amazonaws.com')).toBe(false)
  })
})

describe('the environment', () => {
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret-key',
    IVS_PLAYBACK_PRIVATE_KEY: privateKey.reveal().replaceAll('\n', '\\n'),
  }

  it('gives options that work', () => {
    const options = ivsOptionsFromEnv({
      ...env,
      AWS_SESSION_TOKEN: 'session',
      AWS_ENDPOINT_URL_IVS: 'http://127.0.0.1:4566',
      IVS_NAMESPACE: 'shop',
      IVS_WEBHOOK_SECRET: 'first-secret-of-the-hook, second-secret-of-the-hook',
      IVS_WEBHOOK_ACCOUNT: '123456789012',
    })
    expect(options).toMatchObject({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret-key', sessionToken: 'session' },
      endpoint: 'http://127.0.0.1:4566',
      namespace: 'shop',
      webhookAccount: '123456789012',
    })
    expect(resolveOptions(options).webhookSecrets.map((secret) => secret.reveal())).toEqual([
      'first-secret-of-the-hook',
      'second-secret-of-the-hook',
    ])
    expect(ivs(options).id).toBe('ivs')
  })

  it('leaves out what is not set or empty', () => {
    const options = ivsOptionsFromEnv({ IVS_PUBLIC_PLAYBACK: 'true', AWS_REGION: ' ', IVS_NAMESPACE: '' })
    expect(options).toEqual({ region: 'us-east-1', publicPlayback: true })
  })

  it.each([
    ['AWS_SECRET_ACCESS_KEY', { ...env, AWS_SECRET_ACCESS_KEY: '' }],
    ['AWS_ACCESS_KEY_ID', { ...env, AWS_ACCESS_KEY_ID: undefined }],
    ['IVS_PLAYBACK_PRIVATE_KEY', { AWS_REGION: 'eu-west-1' }],
    ['IVS_PUBLIC_PLAYBACK', { ...env, IVS_PUBLIC_PLAYBACK: 'yes' }],
    ['IVS_PUBLIC_PLAYBACK', { ...env, IVS_PUBLIC_PLAYBACK: 'true' }],
  ])('names %s when it is wrong, and prints no value', (field, wrong) => {
    const found = problem(() => ivsOptionsFromEnv(wrong))
    expect(found.field).toBe(field)
    expect(found.message).toContain(field)
    for (const value of ['secret-key', 'AKIA']) expect(inspect(found.error)).not.toContain(value)
  })
})

function badBook() {
  const BASIC = { ...ivsPriceBook.inputPerHour.BASIC, amount: '$1' }
  return { ...ivsPriceBook, inputPerHour: { ...ivsPriceBook.inputPerHour, BASIC } }
}

it('a made key pair prints without its private half', () => {
  const pair = generatePlaybackKeyPair()
  const secret = pair.privateKey.reveal().split('\n')[1] ?? ''
  expect(secret.length).toBeGreaterThan(20)
  expect(inspect(pair) + JSON.stringify(pair)).not.toContain(secret)
  expect(inspect(ivsOptionsFromEnv({ IVS_PLAYBACK_PRIVATE_KEY: pair.privateKey.reveal() }))).not.toContain(
    secret,
  )
  expect(redacted('x').toString()).toBe('[redacted]')
})
