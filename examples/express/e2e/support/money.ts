import { randomUUID } from 'node:crypto'
import type { Answer } from './api.ts'

/** An amount in US cents, as the API has it. */
export const usd = (cents: number) => ({ amount: String(cents), currency: 'USD' })

/** Calls the API of tips as a demo person, each time with a key of its own. */
export async function callTips(
  url: string,
  person: 'ava' | 'noa' | 'vic' | 'sam',
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${url}/api/tips${path}`, {
    method,
    headers: {
      authorization: `Bearer demo-${person}`,
      'idempotency-key': randomUUID(),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, text, body: isJson ? JSON.parse(text) : null }
}

/** Vic tips Ava; answers the tip's id. */
export async function tipAva(url: string, cents: number, more: object = {}): Promise<string> {
  const { status, text, body } = await callTips(url, 'vic', 'POST', '/tips', {
    creatorId: 'ava',
    amount: usd(cents),
    ...more,
  })
  if (status !== 201) throw new Error(`The tip was refused: ${text}`)
  return body.tip.id
}
