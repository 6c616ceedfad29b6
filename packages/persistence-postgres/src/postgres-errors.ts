import { isStreamingError, StreamingError, type StreamingErrorCode } from '@stagedoor/streaming-core'

interface Mapping {
  readonly code: StreamingErrorCode
  /** What the operator can do about it. */
  readonly fix: string
}

const away: Mapping = {
  code: 'provider_unavailable',
  fix: 'The database cannot be reached. Try again; if it stays away, check that it runs and where the pool points.',
}
const starting: Mapping = {
  code: 'provider_unavailable',
  fix: 'The database is starting, stopping or restarting. Try again in a moment.',
}
const full: Mapping = {
  code: 'provider_unavailable',
  fix: 'The database has no room for this: make the pools smaller, or raise its limit (connections, memory, disk).',
}
const slow: Mapping = {
  code: 'provider_unavailable',
  fix: 'The database did not answer in time, and what it did is not known. Look, then try again.',
}
const collided: Mapping = {
  code: 'provider_unavailable',
  fix: 'Others were changing the same rows each time. Try again.',
}
const standby: Mapping = {
  code: 'provider_unavailable',
  fix: 'The database takes no writes: the pool points to a standby. Point it to the primary.',
}
const credentials: Mapping = {
  code: 'internal',
  fix: 'Check the user, the password and the database name of the pool.',
}
const privileges: Mapping = {
  code: 'internal',
  fix: 'Grant the user of the pool usage on the schema, and select, insert, update and delete on its tables.',
}
const notMigrated: Mapping = {
  code: 'internal',
  fix: 'The tables are missing or older than this code: run `stagedoor migrate`, and check the `schema` option.',
}
const unstorable: Mapping = {
  code: 'invalid_input',
  fix: 'PostgreSQL cannot store the character U+0000. Remove it from the text.',
}
const malformed: Mapping = {
  code: 'invalid_input',
  fix: 'A value is not what it should be: a time that is none, a number that is not whole, or half of a surrogate pair.',
}
const noTime: Mapping = {
  code: 'invalid_input',
  fix: 'Times are ISO 8601 in UTC, such as 2026-01-01T00:00:00.000Z.',
}
const unknown: Mapping = { code: 'internal', fix: 'The database refused the statement.' }

/** By SQLSTATE (PostgreSQL documentation, appendix A) or by the code of Node's sockets. */
const mappings: Readonly<Record<string, Mapping>> = {
  ECONNREFUSED: away,
  ECONNRESET: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  EHOSTUNREACH: away,
  ENETUNREACH: away,
  EPIPE: away,
  ENOENT: away,
  ETIMEDOUT: slow,
  '57P01': starting,
  '57P02': starting,
  '57P03': starting,
  '57014': slow,
  '55P03': slow,
  '57P05': away,
  '40001': collided,
  '40P01': collided,
  '25006': standby,
  '28000': credentials,
  '28P01': credentials,
  '3D000': credentials,
  '42501': privileges,
  '42P01': notMigrated,
  '42703': notMigrated,
  '3F000': notMigrated,
  '22021': unstorable,
  '22P05': unstorable,
  '22P02': malformed,
  '22007': noTime,
  '22008': noTime,
}

/** Classes of SQLSTATE, by their first two characters. */
const classes: Readonly<Record<string, Mapping>> = { '08': away, '53': full }

/** What `pg` throws without any code: `Connection terminated unexpectedly`, `timeout exceeded when trying to connect`. */
const withoutCode: readonly (readonly [RegExp, Mapping])[] = [
  [/timeout/i, slow],
  [/connection|socket|not queryable|closed/i, away],
]

/**
 * Turns whatever the driver threw into a `StreamingError`; the driver's error stays as its `cause`.
 *
 * @param work - What was being done, such as `transition`.
 */
export function mapPostgresError(work: string, error: unknown): StreamingError {
  if (isStreamingError(error)) return error
  const message = error instanceof Error ? error.message : ''
  const code = codeOf(error)
  const { code: streamingCode, fix } = mappingOf(code, message)
  // The message of a server or socket names no password; that of a driver that could not read its URL might.
  const detail = code === '' || message === '' ? '' : `: ${message.replace(/\.$/, '')}`
  return new StreamingError({
    code: streamingCode,
    provider: 'postgres',
    message: `PostgreSQL ${work} failed${code === '' ? '' : ` with ${code}`}${detail}. ${fix}`,
    cause: error,
  })
}

/** Nobody answered within the time. */
export function tookTooLong(work: string, timeoutMs: number): StreamingError {
  return new StreamingError({
    code: slow.code,
    provider: 'postgres',
    message: `PostgreSQL ${work} gave no answer within ${timeoutMs} ms. ${slow.fix}`,
  })
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return ''
  return error.code.startsWith('ERR_') ? '' : error.code
}

function mappingOf(code: string, message: string): Mapping {
  if (code === '') return withoutCode.find(([pattern]) => pattern.test(message))?.[1] ?? unknown
  return mappings[code] ?? classes[code.slice(0, 2)] ?? unknown
}
