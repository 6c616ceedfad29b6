import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import Stripe from 'stripe'
import { describe, expect, it, onTestFinished } from 'vitest'
import { money } from '../money.ts'
import { stripe } from './stripe.ts'
import type { StripeClient } from './stripe-client.ts'

/** stripe-mock knows Stripe's OpenAPI: it refuses a parameter that Stripe has not, or of another type. */
const binary = [
  fileURLToPath(new URL('../../../../.cache/toolchain/go', import.meta.url)),
  ...(process.env.PATH ?? '').split(delimiter),
]
  .map((folder) => `${folder}/stripe-mock`)
  .find((path) => existsSync(path))

const usd = (amount: number) => money(amount, 'USD')
const returnUrls = { success: 'https://a.example/paid', cancel: 'https://a.example/back' }
const people = { payer: { id: 'vic', customer: 'cus_1' }, payee: { id: 'ava', account: 'acct_1' } }
const tip = { tipId: 'tip_1', amount: usd(1000), platformFee: usd(150), ...people, description: 'Bravo' }
const plan = {
  subscriptionId: 'sub_1',
  price: usd(999),
  interval: { unit: 'month', count: 1 },
  productName: 'Backstage',
  platformFeeBps: 1500,
  ...people,
} as const

async function startMock(path: string): Promise<number> {
  const child = spawn(path, ['-http-addr', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill()
  })
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (part: Buffer) => {
      output += part.toString()
      const [, port] = /Listening for HTTP at address: \S+:(\d+)/.exec(output) ?? []
      if (port !== undefined) resolve(Number(port))
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', () => reject(new Error(`stripe-mock ended: ${output}`)))
  })
}

describe('the requests of stripe()', () => {
  if (binary === undefined) {
    it('are shaped as Stripe’s OpenAPI wants them', (context) =>
      context.skip('stripe-mock is not installed (go install github.com/stripe/stripe-mock@latest)'))
    return
  }

  it('are shaped as Stripe’s OpenAPI wants them', async () => {
    const config = { host: '127.0.0.1', port: await startMock(binary), protocol: 'http' as const }
    const client: StripeClient = new Stripe('sk_test_123', { ...config, maxNetworkRetries: 0 })
    let count = 0
    const key = () => ({ idempotencyKey: `k${++count}` })
    for (const split of ['ledger', 'destination', 'transfer'] as const) {
      for (const page of ['intent', 'checkout'] as const) {
        const gateway = stripe({
          client,
          apiKey: 'sk_test_123',
          mode: 'test',
          webhookSecrets: ['whsec_1'],
          split,
          page,
          subscriptionProduct: 'prod_1',
        })
        // A parameter that Stripe does not know makes these throw invalid_input.
        await gateway.processTip({ ...tip, returnUrls }, key())
        await gateway.processTip({ ...tip, instrument: 'pm_1' }, key())
        await gateway.processTip({ ...tip, instrument: 'pm_1', returnUrls }, key())
        await gateway.processSubscription({ ...plan, returnUrls }, key())
        await gateway.processSubscription({ ...plan, instrument: 'pm_1' }, key())
        const refund = await gateway.refund({ refundId: 'r', chargeRef: 'pi_1', reason: 'duplicate' }, key())
        expect(refund.kind).toBe('succeeded')
        const query = { chargeRef: 'pi_1', refundId: 'r' }
        expect(await gateway.retrieveRefund?.({ ...query, ref: 're_1' })).toMatchObject({ kind: 'succeeded' })
        expect(await gateway.retrieveRefund?.(query)).toBeNull()
        expect(await gateway.retrieveRefund?.({ ...query, chargeRef: 'ch_1' })).toBeNull()
        await gateway.retrieve({ ref: 'pi_1' })
        await gateway.retrieve({ ref: 'cs_1' })
        await gateway.retrieve({ merchantRef: 'tip_1' })
        expect(await gateway.retrieveSubscription('sub_1')).toMatchObject({ ref: 'sub_1' })
        for (const when of ['now', 'period_end'] as const) {
          expect(await gateway.cancelSubscription({ ref: 'sub_1', when }, key())).toMatchObject({
            kind: 'canceled',
          })
        }
        const transfer = { transferId: 't', account: 'acct_1', amount: usd(850), tipId: 'tip_1' }
        expect(await gateway.transfers.create({ ...transfer, chargeRef: 'ch_1' }, key())).toMatchObject({
          kind: 'succeeded',
        })
        await gateway.transfers.reverse({ transferRef: 'tr_1', amount: usd(10) }, key())
      }
    }
    expect(count).toBeGreaterThan(50)
  })

  it('would be refused with a parameter that Stripe has not', async () => {
    const client = new Stripe('sk_test_123', {
      host: '127.0.0.1',
      port: await startMock(binary),
      protocol: 'http',
    })
    const params = { payment_intent: 'pi_1', reverse_transfers: true }
    await expect(client.refunds.create(params)).rejects.toThrow('additional properties are not allowed')
  })
})
