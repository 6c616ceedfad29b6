import { describe, it } from 'vitest'
import { describePaymentGateway } from '../testing/describe-payment-gateway.ts'
import { fakeGateway } from './fake-gateway.ts'
import { signTestWebhook } from './sign-test-webhook.ts'

describePaymentGateway(
  { describe, it },
  {
    name: 'fake',
    covers: ['ok', 'declined', 'action', 'pending', 'lost', 'webhooks', 'refund'],
    createGateway() {
      let draws: number[] = []
      const webhookSecret = 'known to the test'
      const gateway = fakeGateway({
        pageUrl: 'http://localhost/fake',
        webhookSecret,
        // A draw below the share makes the fault happen; a call draws for its way there, then for its way back.
        random: () => draws.shift() ?? 1,
      })
      return {
        gateway,
        instruments: {
          ok: 'fake_ok',
          declined: 'fake_declined:insufficient_funds',
          action: 'fake_redirect',
          pending: 'fake_pending',
        },
        loseNextAnswer() {
          gateway.control.setFaults({ loseAnswers: 0.5 })
          const rest = Array<number>(20).fill(1)
          draws = [1, 1, 1, 0, ...rest]
        },
        failNextCall() {
          gateway.control.setFaults({ loseRequests: 0.5 })
          draws = [0]
        },
        takeWebhooks: () => gateway.control.takeWebhooks(),
        unknownWebhook: () =>
          signTestWebhook({ payload: { id: 'x', type: 'new.thing' }, secret: webhookSecret }),
      }
    },
  },
)
