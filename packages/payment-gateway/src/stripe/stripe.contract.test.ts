import { describe, it } from 'vitest'
import { describePaymentGateway } from '../testing/describe-payment-gateway.ts'
import { setUpStripe } from './stripe-set-up.fixture.ts'

describePaymentGateway(
  { describe, it },
  {
    name: 'stripe, with its own client against a server that remembers',
    covers: ['ok', 'declined', 'action', 'pending', 'lost', 'webhooks', 'refund'],
    async createGateway() {
      const { gateway, server, webhook, takeWebhooks } = await setUpStripe({ subscriptionProduct: 'prod_1' })
      return {
        gateway,
        instruments: {
          ok: 'pm_card_visa',
          declined: 'pm_declined',
          action: 'pm_action',
          pending: 'pm_bank',
        },
        charge: { payer: { id: 'vic', customer: 'cus_1' } },
        loseNextAnswer: () => {
          // The client tries a closed connection once more, with the same key.
          server.faults.dropAnswers = 2
        },
        failNextCall: () => {
          server.faults.failures = 1
        },
        takeWebhooks: async () => takeWebhooks(),
        unknownWebhook: async () =>
          webhook({
            id: 'evt_x',
            type: 'new.thing',
            created: 1,
            livemode: false,
            data: { object: { id: 'x' } },
          }),
        dispose: () => server.stop(),
      }
    },
  },
)
