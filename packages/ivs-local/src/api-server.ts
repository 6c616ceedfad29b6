import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { IvsError } from './ivs-error.ts'
import { operations } from './operations/index.ts'
import type { Operation, OperationContext } from './operations/operation.ts'
import { ListTagsForResource, TagResource, UntagResource } from './operations/tags.ts'

export interface ApiOptions {
  readonly context: OperationContext
  /** Null when rate limits are off. */
  readonly isWithinRate: ((operation: string) => boolean) | null
  onInternalError(operation: string, error: unknown): void
}

/** IVS takes small requests only: names, ARNs and tags. */
const maxBodyBytes = 128 * 1024

/** Answers one call of the control plane (REST JSON, `POST /<Operation>`, and `/tags/{arn}`). */
export async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  options: ApiOptions,
): Promise<void> {
  const requestId = randomUUID()
  let call: Call | null = null
  try {
    call = route(request.method ?? '', url)
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      throw new IvsError(
        'AccessDeniedException',
        'Missing authentication token: sign the request as the AWS SDK does',
      )
    }
    if (!call)
      throw new IvsError(
        'NotImplementedByIvsLocal',
        `ivs-local has no operation ${url.pathname.slice(1, 65)}`,
      )
    const input = await readInput(request)
    if (options.isWithinRate?.(call.name) === false) {
      throw new IvsError('ThrottlingException', `Rate exceeded for ${call.name}`)
    }
    const output = await call.operation({ ...input, ...call.input }, options.context)
    const status = output === undefined ? 204 : 200
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': requestId })
    response.end(output === undefined ? undefined : JSON.stringify(output))
  } catch (error) {
    const known =
      error instanceof IvsError ? error : new IvsError('InternalServerException', 'Internal failure')
    if (known !== error) options.onInternalError(call?.name ?? 'unknown', error)
    response.writeHead(known.status, {
      'content-type': 'application/json',
      'x-amzn-errortype': known.name,
      'x-amzn-requestid': requestId,
      // A body that is not read to its end cannot be followed by another request.
      ...(request.complete ? {} : { connection: 'close' }),
    })
    response.end(JSON.stringify({ exceptionMessage: known.message, message: known.message }))
  }
}

interface Call {
  readonly name: string
  readonly operation: Operation
  readonly input: Readonly<Record<string, unknown>>
}

function route(method: string, url: URL): Call | null {
  if (url.pathname.startsWith('/tags/')) {
    const resourceArn = decode(url.pathname.slice('/tags/'.length))
    if (method === 'GET')
      return { name: 'ListTagsForResource', operation: ListTagsForResource, input: { resourceArn } }
    if (method === 'POST') return { name: 'TagResource', operation: TagResource, input: { resourceArn } }
    const tagKeys = url.searchParams.getAll('tagKeys')
    if (method === 'DELETE')
      return { name: 'UntagResource', operation: UntagResource, input: { resourceArn, tagKeys } }
  }
  const name = url.pathname.slice(1)
  const operation = method === 'POST' && Object.hasOwn(operations, name) ? operations[name] : undefined
  return operation ? { name, operation, input: {} } : null
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new IvsError('ValidationException', 'Invalid value for resourceArn: malformed URL encoding')
  }
}

async function readInput(request: IncomingMessage): Promise<Record<string, unknown>> {
  let size = 0
  const chunks: Buffer[] = []
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > maxBodyBytes)
      throw new IvsError('ValidationException', `The request is larger than ${maxBodyBytes} bytes`)
    chunks.push(bytes)
  }
  if (size === 0) return {}
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Falls through to the one answer for everything that is no JSON object.
  }
  throw new IvsError('ValidationException', 'The request body is not a JSON object')
}
