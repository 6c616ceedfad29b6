import { isStreamingError, StreamingError, type StreamingErrorCode } from '@stagedoor/streaming-core'

interface Mapping {
  readonly code: StreamingErrorCode
  /** What the operator can do about it. */
  readonly fix: string
}

/**
 * What each error of IVS means here. By name and never by HTTP status: 403 and 404 stand for two errors each, and a
 * quota is a 402 (IVS API reference, "Errors"). What only an operator can mend is `internal`: not retryable, told to
 * the log and not to creators.
 */
const mappings: Readonly<Record<string, Mapping>> = {
  ThrottlingException: { code: 'rate_limited', fix: 'Try again in a moment.' },
  InternalServerException: { code: 'provider_unavailable', fix: 'Try again.' },
  ServiceUnavailable: { code: 'provider_unavailable', fix: 'Try again.' },
  StreamUnavailable: { code: 'provider_unavailable', fix: 'Try again.' },
  ChannelNotBroadcasting: { code: 'conflict', fix: 'The channel is not live.' },
  ResourceNotFoundException: {
    code: 'not_found',
    fix: 'It was deleted, or belongs to another region or account.',
  },
  ConflictException: { code: 'conflict', fix: 'The resource is in use. End the stream first.' },
  ServiceQuotaExceededException: {
    code: 'internal',
    fix: 'Ask for a higher quota in the Service Quotas console of AWS, or delete channels that are not used.',
  },
  PendingVerification: {
    code: 'internal',
    fix: 'AWS has not verified this account yet. Contact AWS Support.',
  },
  AccessDeniedException: {
    code: 'internal',
    fix: 'Allow this action in the IAM policy of the credentials (docs/AWS_IVS_SETUP.md lists them all).',
  },
  ValidationException: { code: 'internal', fix: 'IVS refused the request as malformed.' },
  CredentialsProviderError: {
    code: 'internal',
    fix: 'Pass credentials, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  },
  UnrecognizedClientException: {
    code: 'internal',
    fix: 'The access key is not valid. Check the credentials.',
  },
  InvalidSignatureException: { code: 'internal', fix: 'Check the secret access key and the clock.' },
  ExpiredTokenException: { code: 'internal', fix: 'The session token has expired. Renew the credentials.' },
  NotImplementedByIvsLocal: { code: 'unsupported', fix: 'The local IVS does not have this operation.' },
}

const offline: Mapping = { code: 'provider_unavailable', fix: 'Try again.' }
/** An error that was answered, but that nobody knows: the SDK says whose fault it is. */
const refusal: Mapping = { code: 'internal', fix: 'IVS refused the request.' }

/** Turns whatever the AWS SDK threw into a `StreamingError`; the error of the SDK stays as its `cause`. */
export function mapIvsError(operation: string, error: unknown): StreamingError {
  const { name, message, requestId } = describe(error)
  // A body that cannot be parsed is quoted by the parser, and some bodies hold a stream key.
  if (name === 'SyntaxError') return unreadableAnswer(operation, requestId)
  const { code, fix } = mappings[name] ?? (isClientFault(error) ? refusal : offline)
  return new StreamingError({
    code,
    provider: 'ivs',
    message: `IVS ${operation} failed with ${name}: ${message.replace(/\.$/, '')}. ${fix}`,
    cause: error,
    ...(requestId === undefined ? {} : { requestId }),
  })
}

/** The answer came, but not in the documented shape. What the call did is not known. */
export function unreadableAnswer(operation: string, requestId?: string): StreamingError {
  return new StreamingError({
    code: 'provider_unavailable',
    provider: 'ivs',
    message: `The answer of IVS to ${operation} could not be read. Try again.`,
    ...(requestId === undefined ? {} : { requestId }),
  })
}

/** The caller's signal ended the call. */
export function abortedError(operation: string, signal: AbortSignal): StreamingError {
  return new StreamingError({
    code: 'aborted',
    provider: 'ivs',
    message: `${operation} was aborted.`,
    cause: signal.reason,
  })
}

/** @throws `StreamingError` `aborted` */
export function throwIfAborted(operation: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(operation, signal)
}

/** True for a mapped error that was this one of IVS. */
export function isIvsError(error: unknown, name: string): boolean {
  return isStreamingError(error) && error.cause instanceof Error && error.cause.name === name
}

function isClientFault(error: unknown): boolean {
  return error instanceof Error && '$fault' in error && error.$fault === 'client'
}

function describe(error: unknown): { name: string; message: string; requestId?: string } {
  if (!(error instanceof Error)) return { name: 'UnknownError', message: 'no details' }
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined
  const id =
    typeof metadata === 'object' && metadata !== null && 'requestId' in metadata
      ? metadata.requestId
      : undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const name = error.name === 'Error' && code !== undefined ? code : error.name
  return {
    name,
    message: error.message || 'no details',
    ...(typeof id === 'string' ? { requestId: id } : {}),
  }
}
