/** What the platform answered, as JSON where it was some. */
export interface Answer {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of every route, taken apart by assertions
  readonly body: any
}

/** Calls the streaming API, or any other by its whole path, as a demo person or as nobody. */
export async function callApi(
  url: string,
  person: 'ava' | 'noa' | 'vic' | 'sam' | null,
  method: string,
  path: string,
  body?: unknown,
  idempotencyKey?: string,
): Promise<Answer> {
  const response = await fetch(`${url}${/^\/(demo|api)\//.test(path) ? '' : '/api/streaming'}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(person && { authorization: `Bearer demo-${person}` }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, text, body: isJson ? JSON.parse(text) : null }
}
