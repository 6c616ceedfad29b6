import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** CCBill's RESTful API and DataLink over HTTP, as far as the adapter goes. It charges as often as it is asked. */
export async function startCcbillServer() {
  const seen: { path: string; url: URL; headers: IncomingMessage['headers']; body: string }[] = []
  const faults = { dropAnswers: 0, failures: 0, dataLinkResult: 1, hang: false, hangLogins: false }
  /** What the next webhooks tell. */
  const sales: {
    subscriptionId: string
    price: number
    currencyCode: number
    passed: Record<string, string>
  }[] = []
  let answer: { status: number; body: string } | undefined
  let count = 0

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://ccbill')
    let body = ''
    for await (const part of request) body += String(part)
    seen.push({ path: url.pathname, url, headers: request.headers, body })
    const send = (status: number, text: string) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(text)
    }
    if (url.pathname.endsWith('/oauth/token')) {
      if (faults.hangLogins) return
      return send(200, JSON.stringify({ access_token: 'bearer_1', expires_in: 3600 }))
    }
    if (url.pathname.startsWith('/utils/')) {
      if (faults.hang) return
      return send(200, `<?xml version='1.0'?><results>${faults.dataLinkResult}</results>`)
    }
    if (faults.failures-- > 0) return send(502, '<html>bad gateway</html>')
    if (answer) return send(answer.status, answer.body)
    if (url.pathname.endsWith('/token_declined')) {
      return send(
        200,
        '{"approved":false,"declineCode":"15","declineText":"Insufficient funds","denialId":"7"}',
      )
    }
    const charge = JSON.parse(body)
    // Beyond 2^53, where a number would end in 0.
    const subscriptionId = `92501420100000020${++count}`
    sales.push({
      subscriptionId,
      price: charge.initialPrice,
      currencyCode: charge.currencyCode,
      passed: Object.fromEntries(
        charge.passThroughInfo.map(({ name, value }: Record<string, string>) => [`X-${name}`, value]),
      ),
    })
    if (faults.hang) return
    if (faults.dropAnswers > 0) {
      faults.dropAnswers--
      return request.socket.destroy()
    }
    send(200, `{"approved":true,"subscriptionId":${subscriptionId},"paymentUniqueId":"abc"}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    faults,
    sales,
    /** What every charge is answered with from now on. */
    answerWith: (status: number, body: string) => {
      answer = { status, body }
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
