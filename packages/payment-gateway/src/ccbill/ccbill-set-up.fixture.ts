import { ccbill } from './ccbill.ts'
import { startCcbillServer } from './ccbill-server.fixture.ts'
import type { CcbillOptions } from './options.ts'
import { signTestWebhook } from './sign-test-webhook.ts'

export const salt = '7d901dad245fd0ff6bc20d06'
export const account = { clientAccnum: '900123', clientSubacc: '0000' }
export const ccbillAddress = '64.38.240.17'

/** The payer’s data, of which nothing may come out. */
export const personal = {
  firstName: 'Valentin',
  email: 'vic@private.example',
  password: 'hunter2-secret',
  ipAddress: '203.0.113.9',
  bin: '411111',
  last4: '9911',
}

/** The adapter in front of the server, and webhooks as CCBill sends them. */
export async function setUpCcbill(options: Partial<CcbillOptions> = {}) {
  const server = await startCcbillServer()
  const gateway = ccbill({
    ...account,
    flexId: 'b3c7-4a7e',
    salt,
    mode: 'test',
    rest: { appId: 'app', secret: 'rest-secret' },
    dataLink: { username: 'link', password: 'link-secret' },
    origins: { api: server.origin, dataLink: server.origin },
    ...options,
  })
  const webhook = (eventType: string, payload: Record<string, string>) =>
    signTestWebhook({ ...account, salt, eventType, payload: { ...personal, ...payload } })

  return {
    server,
    gateway,
    webhook,
    takeWebhooks: () =>
      Promise.all(
        server.sales.splice(0).map(({ subscriptionId, price, currencyCode, passed }) =>
          webhook('NewSaleSuccess', {
            subscriptionId,
            transactionId: subscriptionId.replace('9250', '0125'),
            billedInitialPrice: price.toFixed(2),
            billedCurrencyCode: String(currencyCode),
            initialPeriod: '30',
            ...passed,
          }),
        ),
      ),
    receive: (request: Request) => gateway.receiveWebhook(request, { remoteAddress: ccbillAddress }),
  }
}
