import { describe, expect, it, onTestFinished } from 'vitest'
import type { SubscriptionCharge, TipCharge } from '../charge.ts'
import { money } from '../money.ts'
import { ccbill } from './ccbill.ts'
import { account, salt, setUpCcbill } from './ccbill-set-up.fixture.ts'
import type { CcbillOptions } from './options.ts'

const usd = (amount: number) => money(amount, 'USD')
const people = { payer: { id: 'vic' }, payee: { id: 'ava' } }
const tip: TipCharge = { tipId: 'tip_1', amount: usd(1000), ...people }
const plan: SubscriptionCharge = {
  subscriptionId: 'sub_1',
  price: usd(1000),
  interval: { unit: 'month', count: 1 },
  productName: 'Backstage',
  ...people,
}
const key = (idempotencyKey: string) => ({ idempotencyKey })

async function setUp(options: Partial<CcbillOptions> = {}) {
  const all = await setUpCcbill(options)
  onTestFinished(() => all.server.stop())
  return all
}

async function linkOf(outcome: ReturnType<ReturnType<typeof ccbill>['processTip']>): Promise<URL> {
  const { kind, ...rest } = await outcome
  if (!('action' in rest) || rest.action.type !== 'redirect') throw new Error(`no redirect but ${kind}`)
  return new URL(rest.action.url)
}

describe('the form of ccbill()', () => {
  it('is linked with the published digest, for a single payment', async () => {
    const { gateway } = await setUp()
    const url = await linkOf(gateway.processTip(tip, key('k')))
    expect(url.origin + url.pathname).toBe('https://sandbox-api.ccbill.com/wap-frontflex/flexforms/b3c7-4a7e')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      clientSubacc: '0000',
      initialPrice: '10.00',
      initialPeriod: '30',
      currencyCode: '840',
      formDigest: 'a7459445d0e5dc0963fe736dc5cf900b',
      stagedoor_ref: 'tip_1',
      stagedoor_kind: 'tip',
      stagedoor_amount: '1000',
      stagedoor_currency: 'USD',
      stagedoor_check: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(url.href).not.toContain(salt)
  })

  it('is linked with the published digest, for a subscription', async () => {
    const { gateway } = await setUp()
    const { searchParams } = await linkOf(gateway.processSubscription(plan, key('k')))
    expect(Object.fromEntries(searchParams)).toMatchObject({
      recurringPrice: '10.00',
      recurringPeriod: '30',
      numRebills: '99',
      formDigest: '48f0b12e4307e64edb781c479665c899',
    })
  })

  it('keeps the zero of Australia and the two decimals of yen', async () => {
    const { gateway } = await setUp()
    const aud = await linkOf(gateway.processTip({ ...tip, amount: money(500, 'AUD') }, key('k')))
    expect(aud.searchParams.get('currencyCode')).toBe('036')
    const jpy = await linkOf(gateway.processTip({ ...tip, amount: money(500, 'JPY') }, key('k')))
    expect(jpy.searchParams.get('initialPrice')).toBe('500.00')
  })

  it('keeps to the limits of the account', async () => {
    const limits = { USD: { minimum: 100n, maximum: 50_000n } }
    const { gateway } = await setUp()
    await expect(gateway.processTip({ ...tip, amount: usd(294) }, key('k'))).rejects.toThrow('less than 2.95')
    await expect(gateway.processTip({ ...tip, amount: usd(10_001) }, key('k'))).rejects.toThrow('100.00')
    await expect(gateway.processTip({ ...tip, amount: money(500, 'SEK') }, key('k'))).rejects.toThrow(
      'no SEK',
    )
    const raised = await setUp({ limits })
    expect((await raised.gateway.processTip({ ...tip, amount: usd(50_000) }, key('k'))).kind).toBe(
      'action_required',
    )
  })
})

describe('a token charged by ccbill()', () => {
  const paid = { ...tip, instrument: 'token_ok' }

  it('asks version 2 once, and keeps all 18 digits of the id', async () => {
    const { gateway, server } = await setUp()
    expect(await gateway.processTip(paid, key('k'))).toMatchObject({
      kind: 'succeeded',
      ref: '925014201000000201',
      amount: usd(1000),
    })
    await gateway.processTip({ ...paid, tipId: 'tip_2' }, key('k2'))
    expect(server.seen.map(({ path }) => path.split('/').at(-1))).toEqual(['token', 'token_ok', 'token_ok'])
    const [login, charge] = server.seen
    expect(login?.headers.authorization).toBe(`Basic ${btoa('app:rest-secret')}`)
    expect(charge?.headers.authorization).toBe('Bearer bearer_1')
    expect(charge?.headers.accept).toContain('api.v.2+json')
    expect(JSON.parse(charge?.body ?? '')).toMatchObject({
      initialPrice: 10,
      initialPeriod: 0,
      currencyCode: 840,
    })
  })

  it('is not known to be charged when the answer takes too long, and is not asked for again', async () => {
    const { gateway, server } = await setUp({ timeoutMs: 50 })
    server.faults.hang = true
    expect(await gateway.processTip(paid, key('k'))).toEqual({ kind: 'unknown', reason: 'no_answer' })
    expect(server.sales).toHaveLength(1)
    const other = await setUp({ timeoutMs: 50 })
    other.server.faults.hangLogins = true
    expect(await other.gateway.processTip(paid, key('k'))).toMatchObject({ code: 'gateway_busy' })
    expect(other.server.sales).toHaveLength(0)
  })

  it('tells a caller who gave up from an answer that took too long', async () => {
    const { gateway, server } = await setUp()
    server.faults.hang = true
    const controller = new AbortController()
    const outcome = gateway.processTip(paid, { ...key('k'), signal: controller.signal })
    await expect.poll(() => server.sales.length).toBe(1)
    controller.abort()
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'aborted' })
  })

  it('is not asked for again when the answer is lost', async () => {
    const { gateway, server } = await setUp()
    server.faults.dropAnswers = 1
    expect(await gateway.processTip(paid, key('k'))).toEqual({ kind: 'unknown', reason: 'no_answer' })
    expect(server.sales).toHaveLength(1)
    server.faults.failures = 1
    expect(await gateway.processTip(paid, key('k'))).toMatchObject({ kind: 'unknown' })
  })

  it.each([
    [200, '{"approved":true}', { kind: 'unknown', reason: 'ambiguous_answer' }],
    [200, 'nonsense', { kind: 'unknown' }],
    [500, '{"errorCode":"100999"}', { kind: 'unknown', reason: 'gateway_error' }],
    [200, '{"approved":false,"declineText":"Card has expired"}', { kind: 'declined', code: 'expired_card' }],
    [400, '{"errorCode":100111}', { kind: 'declined', code: 'limit_exceeded' }],
    [401, '{"errorCode":"100102"}', { kind: 'declined', code: 'gateway_busy' }],
  ])('reads HTTP %s %s', async (status, body, expected) => {
    const { gateway, server } = await setUp()
    server.answerWith(status, body)
    expect(await gateway.processTip(paid, key('k'))).toMatchObject(expected)
  })

  it('throws for what only an operator can mend', async () => {
    const { gateway, server } = await setUp()
    server.answerWith(403, '{"errorCode":"100107"}')
    await expect(gateway.processTip(paid, key('k'))).rejects.toMatchObject({ code: 'misconfigured' })
    const without = ccbill({ ...account, flexId: 'f', salt, mode: 'test' })
    await expect(without.processTip(paid, key('k'))).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('was not charged when not even the login was answered', async () => {
    const { gateway } = await setUp({
      origins: { api: 'http://127.0.0.1:1', dataLink: 'http://127.0.0.1:1' },
    })
    expect(await gateway.processTip(paid, key('k'))).toMatchObject({ kind: 'declined', code: 'gateway_busy' })
  })
})

describe('DataLink by ccbill()', () => {
  const ref = '925014201000000206'

  it.each([
    [1, { kind: 'canceled' }],
    [-7, { kind: 'unknown', reason: 'ambiguous_answer' }],
    [-3, { kind: 'declined', code: 'not_found' }],
    [0, { kind: 'declined', code: 'processing_error' }],
  ])('reads the result %s of a cancellation', async (result, expected) => {
    const { gateway, server } = await setUp()
    server.faults.dataLinkResult = result
    expect(await gateway.cancelSubscription({ ref, when: 'period_end' }, key('k'))).toMatchObject(expected)
    expect(server.seen[0]?.url.searchParams.get('subscriptionId')).toBe(ref)
  })

  it('refunds by opt-in alone, and by an amount alone', async () => {
    const { gateway } = await setUp()
    const request = { refundId: 'r1', chargeRef: ref, amount: usd(400) }
    await expect(gateway.refund(request, key('r1'))).rejects.toMatchObject({ code: 'unsupported' })
    const open = await setUp({ refunds: 'cancels_subscription' })
    expect(open.gateway.capabilities.refund).toBe('cancels_subscription')
    expect(await open.gateway.refund(request, key('r1'))).toMatchObject({
      kind: 'succeeded',
      amount: usd(400),
    })
    expect(open.server.seen[0]?.url.searchParams.get('amount')).toBe('4.00')
    await expect(open.gateway.refund({ refundId: 'r2', chargeRef: ref }, key('r2'))).rejects.toMatchObject({
      field: 'amount',
    })
    const slow = await setUp({ refunds: 'cancels_subscription', timeoutMs: 50 })
    slow.server.faults.hang = true
    expect(await slow.gateway.refund(request, key('r4'))).toEqual({ kind: 'unknown', reason: 'no_answer' })
    expect(slow.server.seen).toHaveLength(1)
    open.server.faults.dataLinkResult = -7
    expect(await open.gateway.refund(request, key('r3'))).toMatchObject({ kind: 'unknown' })
  })

  it('keeps its password out of errors', async () => {
    const { gateway, server } = await setUp()
    server.faults.dataLinkResult = -1
    const error = await gateway
      .cancelSubscription({ ref, when: 'now' }, key('k'))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'misconfigured' })
    expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toContain('link-secret')
  })
})

describe('the options of ccbill()', () => {
  it.each([
    ['test', { origins: { api: 'https://api.ccbill.com' } }, 'origins.api'],
    ['test', { origins: { forms: 'https://API.ccbill.com/' } }, 'origins.forms'],
    ['test', { origins: { api: 'http://api.ccbill.com' } }, 'origins.api'],
    ['test', { origins: { forms: 'https://bill.ccbill.com.' } }, 'origins.forms'],
    ['live', { origins: { api: 'http://api.ccbill.com' } }, 'origins.api'],
    ['test', { dataLink: { username: 'link', password: 'p' } }, 'origins.dataLink'],
    [
      'test',
      {
        dataLink: { username: 'link', password: 'p' },
        origins: { dataLink: 'https://datalink.ccbill.com' },
      },
      'origins.dataLink',
    ],
    ['live', { origins: { forms: 'https://sandbox-api.ccbill.com' } }, 'origins.forms'],
    ['live', { origins: { api: 'http://127.0.0.1:4000' } }, 'origins.api'],
    ['live', { origins: { dataLink: 'https://datalink.example' } }, 'origins.dataLink'],
    ['test', { origins: { api: 'nowhere' } }, 'origins.api'],
  ] as const)('refuse in %s mode what is of the other, %o', (mode, wrong, field) => {
    const make = () => ccbill({ ...account, flexId: 'f', salt, mode, ...wrong })
    expect(make).toThrow(expect.objectContaining({ code: 'misconfigured', field }))
  })

  it('take what is of their mode', () => {
    const dataLink = { username: 'link', password: 'p' }
    const live = ccbill({ ...account, flexId: 'f', salt, mode: 'live', dataLink })
    expect(live.capabilities.mode).toBe('live')
    const origins = { api: 'https://api.ccbill.com', dataLink: 'http://127.0.0.1:4000' }
    ccbill({ ...account, flexId: 'f', salt, mode: 'live', origins: { api: origins.api } })
    ccbill({ ...account, flexId: 'f', salt, mode: 'test', dataLink, origins: { dataLink: origins.dataLink } })
  })

  it.each([
    [{ clientAccnum: '12345' }, 'clientAccnum'],
    [{ clientSubacc: '0' }, 'clientSubacc'],
    [{ salt: 'short' }, 'salt'],
    [{ singlePeriodDays: 1 }, 'singlePeriodDays'],
    [{ refunds: 'cancels_subscription' as const }, 'dataLink'],
    [{ webhookRanges: ['64.38.212.1/24'] }, 'webhookRanges'],
  ])('refuse %o', (wrong, field) => {
    const make = () => ccbill({ ...account, flexId: 'f', salt, mode: 'live', ...wrong })
    expect(make).toThrow(expect.objectContaining({ code: 'misconfigured', field }))
  })
})
