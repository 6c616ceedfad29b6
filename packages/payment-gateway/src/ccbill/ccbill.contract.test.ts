import { describe, it } from 'vitest'
import { describePaymentGateway, type PaymentGatewaySuite } from '../testing/describe-payment-gateway.ts'
import { ccbillAddress, setUpCcbill } from './ccbill-set-up.fixture.ts'

const createGateway: PaymentGatewaySuite['createGateway'] = async () => {
  const { gateway, server, webhook, takeWebhooks } = await setUpCcbill({ refunds: 'cancels_subscription' })
  return {
    gateway,
    instruments: { ok: 'token_ok', declined: 'token_declined' },
    remoteAddress: ccbillAddress,
    loseNextAnswer: () => {
      server.faults.dropAnswers = 1
    },
    failNextCall: () => {
      server.faults.failures = 1
    },
    takeWebhooks,
    unknownWebhook: () => webhook('CustomerDataUpdate', { subscriptionId: '1' }),
    dispose: () => server.stop(),
  }
}

describePaymentGateway(
  { describe, it },
  {
    name: 'ccbill',
    covers: ['ok', 'declined', 'action', 'lost', 'webhooks'],
    createGateway,
  },
)
