// How long a webhook of Stripe takes to be verified and read, beside the constructEvent of Stripe's own SDK.
// Run: node --conditions=@stagedoor/source bench/webhook-verification.mjs
import { parseArgs } from 'node:util'
import { redacted } from '../packages/payment-gateway/src/redacted.ts'
import { webCryptoCheck } from '../packages/payment-gateway/src/signature-check.ts'
import {
  webhookSecret as secret,
  setUpStripe,
} from '../packages/payment-gateway/src/stripe/stripe-set-up.fixture.ts'
import { signatureVerifier } from '../packages/payment-gateway/src/webhook-signature.ts'
import { machine, median, table } from './support/figures.mjs'
import { stripeEvent } from './support/stripe-event.mjs'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '21' }, calls: { type: 'string', default: '4000' } },
})
const [rounds, calls] = [values.rounds, values.calls].map(Number)

// The server of the tests answers nothing here: who verifies asks nobody.
const { client, gateway, server } = await setUpStripe({ toleranceSeconds: 3600 })
await server.stop()
const payload = JSON.stringify(stripeEvent(), null, 2)
const body = Buffer.from(payload)
const timestamp = Math.floor(Date.now() / 1000)
const header = client.webhooks.generateTestHeaderString({ payload, secret, timestamp })
const { signature } = client.webhooks
if (!signature) throw new Error('The SDK has no verification of its own.')

const verify = signatureVerifier([redacted(secret)], 3600)
const verifyByWebCrypto = signatureVerifier([redacted(secret)], 3600, webCryptoCheck)
const toRequest = () =>
  new Request('http://localhost/webhooks/stripe', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': header },
    body,
  })

/**
 * What is measured, each with what it is compared to.
 *
 * @type {Record<string, { run: () => unknown, beside?: string[] }>}
 */
const lanes = {
  constructEvent: { run: () => client.webhooks.constructEvent(body, header, secret, 3600) },
  'verification, the SDK’s': { run: () => signature.verifyHeader(body, header, secret, 3600) },
  'verification, ours': {
    run: () => verify(header, body, Date.now()),
    beside: ['constructEvent', 'verification, the SDK’s'],
  },
  'verification, ours by WebCrypto': {
    run: () => verifyByWebCrypto(header, body, Date.now()),
    beside: ['constructEvent', 'verification, the SDK’s'],
  },
  'from a Request, constructEvent': {
    run: async () => {
      const request = toRequest()
      const given = request.headers.get('stripe-signature') ?? ''
      return client.webhooks.constructEvent(await request.text(), given, secret, 3600)
    },
  },
  'from a Request, receiveWebhook()': {
    run: () => gateway.receiveWebhook(toRequest()),
    beside: ['from a Request, constructEvent'],
  },
  'a Request, nothing else': { run: toRequest },
}

const [event] = await gateway.receiveWebhook(toRequest())
if (event?.type !== 'payment.succeeded') throw new Error(`The event was read as ${event?.type}.`)

/** @type {Record<string, number[]>} */
const microseconds = Object.fromEntries(Object.keys(lanes).map((name) => [name, []]))
for (let round = 0; round <= (rounds ?? 1); round++) {
  // Each begins once: what one leaves to the garbage collector is cleaned up while the next one runs.
  const names = Object.keys(lanes)
  for (const name of [...names.slice(round % names.length), ...names.slice(0, round % names.length)]) {
    const run = lanes[name]?.run ?? (() => {})
    const begun = performance.now()
    for (let call = 0; call < (calls ?? 1); call++) {
      const answer = run()
      if (answer instanceof Promise) await answer
    }
    // The first round warms up.
    if (round > 0) microseconds[name]?.push(((performance.now() - begun) * 1000) / (calls ?? 1))
  }
}

console.log(`${machine()}; a body of ${body.length} bytes; medians of ${rounds} rounds of ${calls} calls`)
const rows = Object.entries(lanes).flatMap(([name, { beside = [''] }]) => {
  const own = microseconds[name] ?? []
  return beside.map((other) => {
    // Of rounds that ran one after the other, so that whatever else the machine does slows both.
    const ratio = median(own.map((value, round) => (microseconds[other]?.[round] ?? Number.NaN) / value))
    const speed = other === '' ? '' : `${ratio.toFixed(2)}x`
    return [name, median(own).toFixed(1), (1e6 / median(own)).toFixed(0), speed, other]
  })
})
console.log(table([['', 'µs', 'per second', 'speed', 'beside'], ...rows]))
