import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Params, StripeProblem } from './stripe-problem.fixture.ts'
import { createStripeState } from './stripe-state.fixture.ts'

/** One request as it came. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly params: Params
  readonly idempotencyKey: string | undefined
  readonly authorization: string | undefined
}

/**
 * A Stripe that remembers, over HTTP: forms in brackets, idempotency as documented (the first status and body are
 * replayed, failures too; other parameters are an error), and answers that get lost.
 */
export async function startStripeServer() {
  const state = createStripeState()
  const answers = new Map<string, { fingerprint: string; status: number; body: unknown }>()
  const seen: SeenRequest[] = []
  const faults = {
    /** No request gets through. */
    isDown: false,
    ...{ dropAnswers: 0, failures: 0, rateLimits: 0, hang: false },
    /** Where answers are dropped: paths that begin so. */
    dropAt: '/',
    /** Answers wait for this; what they answer has happened already. */
    delay: Promise.resolve(),
  }

  let fixed: { status: number; body: unknown } | undefined

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stripe')
    const params = { ...decodeForm(url.search.slice(1)), ...decodeForm(await readBody(request)) }
    const header = request.headers['idempotency-key']
    const key = typeof header === 'string' ? header : undefined
    const path = url.pathname.replace('/v1', '')
    seen.push({
      method: request.method ?? '',
      path,
      params,
      idempotencyKey: key,
      authorization: request.headers.authorization,
    })
    if (faults.hang) return
    if (faults.isDown) return request.socket.destroy()
    if (fixed) {
      response.writeHead(fixed.status, { 'content-type': 'application/json' })
      return response.end(typeof fixed.body === 'string' ? fixed.body : JSON.stringify(fixed.body))
    }
    const send = async (status: number, body: unknown) => {
      await faults.delay
      if (faults.dropAnswers > 0 && path.startsWith(faults.dropAt)) {
        faults.dropAnswers--
        request.socket.destroy()
        return
      }
      response.writeHead(status, { 'content-type': 'application/json', 'request-id': `req_${seen.length}` })
      response.end(JSON.stringify(body))
    }
    if (faults.rateLimits > 0 && faults.dropAnswers === 0) {
      faults.rateLimits--
      return send(429, { error: { type: 'invalid_request_error', code: 'rate_limit' } })
    }
    const fingerprint = JSON.stringify([request.method, path, params])
    const known = key === undefined || request.method !== 'POST' ? undefined : answers.get(key)
    if (known) {
      if (known.fingerprint === fingerprint) return send(known.status, known.body)
      return send(400, { error: { type: 'idempotency_error', message: 'other parameters' } })
    }
    let answer = { status: 200, body: undefined as unknown }
    if (faults.failures > 0) {
      faults.failures--
      answer = { status: 500, body: { error: { type: 'api_error', message: 'failed' } } }
    } else {
      try {
        answer.body = state.handle(request.method ?? '', path, params)
      } catch (error) {
        if (!(error instanceof StripeProblem)) throw error
        answer = { status: error.status, body: { error: error.body } }
      }
    }
    // What was refused before it ran is not kept.
    const ran = answer.status !== 400 && answer.status !== 404
    if (key !== undefined && request.method === 'POST' && ran) answers.set(key, { fingerprint, ...answer })
    send(answer.status, answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port,
    seen,
    faults,
    state,
    /** What every request is answered with from now on: an error, or a body as it is. */
    answerWith: (status: number, body: unknown, isError = true) => {
      fixed = { status, body: isError ? { error: body } : body }
    },
    /** As Stripe does after 24 hours. */
    forgetKeys: () => answers.clear(),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const part of request) body += String(part)
  return body
}

/** `a[b][0]=c` as `{ a: { b: { 0: 'c' } } }`. */
function decodeForm(text: string): Params {
  const root: Params = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replaceAll(']', '').split('[')
    const last = path.pop() ?? ''
    let target = root
    for (const part of path) {
      target[part] ??= {}
      target = target[part] as Params
    }
    target[last === '' ? String(Object.keys(target).length) : last] = value
  }
  return root
}
