import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { mapIvsError } from './errors.ts'
import { useFaultyIvs } from './faulty-ivs.fixture.ts'
import { requestId } from './faulty-proxy.fixture.ts'

const target = useFaultyIvs('all')

const channel = { id: 'arn:aws:ivs:us-east-1:000000000000:channel/abcdefgh1234', details: {} }

describe('errors of IVS, by name', () => {
  it.each([
    ['ThrottlingException', 429, 'rate_limited', true, 'moment'],
    ['InternalServerException', 500, 'provider_unavailable', true, 'again'],
    ['ServiceUnavailable', 503, 'provider_unavailable', true, 'again'],
    ['StreamUnavailable', 503, 'provider_unavailable', true, 'again'],
    ['ChannelNotBroadcasting', 404, 'conflict', false, 'not live'],
    ['ResourceNotFoundException', 404, 'not_found', false, 'region'],
    ['ConflictException', 409, 'conflict', false, 'End the stream'],
    ['ServiceQuotaExceededException', 402, 'internal', false, 'Service Quotas'],
    ['PendingVerification', 403, 'internal', false, 'AWS Support'],
    ['AccessDeniedException', 403, 'internal', false, 'IAM'],
    ['ValidationException', 400, 'internal', false, 'malformed'],
    ['UnrecognizedClientException', 403, 'internal', false, 'credentials'],
    ['ExpiredTokenException', 403, 'internal', false, 'Renew'],
    ['SomethingNewException', 418, 'internal', false, 'refused'],
    ['SomethingNewFailure', 503, 'provider_unavailable', true, 'again'],
  ] as const)('%s (%i) is %s', async (name, status, code, retryable, fix) => {
    // The SDK tries three times; the last answer counts.
    const refusal = { kind: 'refuse', status, name, message: 'because of x' } as const
    target.proxy.reset()
    target.proxy.fault('ListStreamKeys', refusal, refusal, refusal)
    const details = { playbackUrl: 'https://p.invalid/x.m3u8', ingestEndpoint: 'i.invalid' }
    const error = await target
      .adapter()
      .hostAccess({ ...channel, details }, { userId: 'ava' })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, retryable, provider: 'ivs', requestId })
    expect(String(error)).toContain(`ListStreamKeys failed with ${name}: because of x`)
    expect(String(error)).toContain(fix)
    expect(target.proxy.calls).toHaveLength(retryable ? 3 : 1)
  })

  it('are not told apart by status', () => {
    const named = (name: string) =>
      Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: 404 } })
    expect(mapIvsError('GetStream', named('ChannelNotBroadcasting')).code).toBe('conflict')
    expect(mapIvsError('GetStream', named('ResourceNotFoundException')).code).toBe('not_found')
  })
})

describe('other failures', () => {
  it('of the network are the provider’s, and name what happened', async () => {
    const nowhere = target.adapter({ endpoint: 'http://127.0.0.1:9' })
    await expect(nowhere.getChannel(channel)).rejects.toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('of the credentials say what to set', async () => {
    const credentials = async () => {
      throw Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' })
    }
    const error = { code: 'internal', message: expect.stringContaining('AWS_ACCESS_KEY_ID') }
    await expect(target.adapter({ credentials }).getChannel(channel)).rejects.toMatchObject(error)
  })

  it('are aborted, in flight too, when the caller says so', async () => {
    target.proxy.fault('GetChannel', { kind: 'hang' })
    const controller = new AbortController()
    const call = target.adapter().getChannel(channel, controller)
    setImmediate(() => controller.abort(new Error('enough')))
    await expect(call).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } })
  })

  it('end a call that never answers', async () => {
    target.proxy.fault('GetChannel', { kind: 'hang' })
    const impatient = target.adapter({ timeoutSeconds: 0.2 })
    await expect(impatient.getChannel(channel)).rejects.toMatchObject({
      code: 'provider_unavailable',
      message: expect.stringContaining('GetChannel did not answer within 0.2 seconds'),
    })
  })

  it('never quote an answer that cannot be read, as it may hold a key', () => {
    const unreadable = new SyntaxError('Unexpected token in "…sk_us-east-1_secret…"')
    expect(inspect(mapIvsError('GetStreamKey', unreadable))).not.toContain('sk_us-east-1')
  })
})
