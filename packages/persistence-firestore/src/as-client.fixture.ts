import { readFileSync } from 'node:fs'
import type { Emulator } from './google-emulator.fixture.ts'

/** The shipped `firestore.rules`. */
export const rulesText = readFileSync(new URL('../firestore.rules', import.meta.url), 'utf8')

/** What a browser may do: each answers with the HTTP status of Firestore's REST API. */
export interface AsClient {
  get(path: string): Promise<number>
  list(collection: string, limit: number | null): Promise<number>
  /** Lists the collection that a document is in. */
  listBeside(path: string): Promise<number>
  write(path: string): Promise<number>
  delete(path: string): Promise<number>
}

/** Puts the shipped rules into force for a project, and speaks to it as browsers do: bound by them. */
export async function underRules(
  emulator: Emulator,
  projectId: string,
): Promise<(userId: string | null) => AsClient> {
  const origin = `http://${emulator.host}`
  const loaded = await fetch(`${origin}/emulator/v1/projects/${projectId}:securityRules`, {
    method: 'PUT',
    body: JSON.stringify({ rules: { files: [{ name: 'firestore.rules', content: rulesText }] } }),
  })
  if (!loaded.ok) throw new Error(`the rules do not load: ${await loaded.text()}`)

  const documents = `${origin}/v1/projects/${projectId}/databases/(default)/documents`
  return (userId) => {
    const send = async (path: string, init: RequestInit = {}) => {
      const headers = userId === null ? {} : { authorization: `Bearer ${unsignedToken(projectId, userId)}` }
      const response = await fetch(`${documents}${path}`, { ...init, headers })
      await response.arrayBuffer()
      return response.status
    }
    const list = (parent: string, collectionId: string, limit: number | null) => {
      const structuredQuery = { from: [{ collectionId }], ...(limit === null ? {} : { limit }) }
      return send(`${parent}:runQuery`, { method: 'POST', body: JSON.stringify({ structuredQuery }) })
    }
    return {
      get: (path) => send(`/${path}`),
      list: (collection, limit) => list('', collection, limit),
      listBeside: (path) => {
        const [, collection = '', ...parents] = path.split('/').reverse()
        return list(
          parents
            .map((name) => `/${name}`)
            .reverse()
            .join(''),
          collection,
          1,
        )
      },
      write: (path) => {
        const body = JSON.stringify({ fields: { title: { stringValue: 'hacked' } } })
        return send(`/${path}`, { method: 'PATCH', body })
      },
      delete: (path) => send(`/${path}`, { method: 'DELETE' }),
    }
  }
}

/** The emulator takes a user's token without a signature. */
function unsignedToken(projectId: string, userId: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const issuer = `https://securetoken.google.com/${projectId}`
  const claims = { iss: issuer, aud: projectId, sub: userId, user_id: userId, iat: now, exp: now + 3600 }
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`
}
