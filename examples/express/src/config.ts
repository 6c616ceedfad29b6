/** What the environment says. `.env.example` explains each variable. */
export interface Config {
  readonly port: number
  readonly ivsLocalPort: number
  readonly rtmpPort: number
  readonly livekitPort: number
  /** True when `AWS_REGION` and credentials are set: streams then run on the real Amazon IVS. */
  readonly isIvsReal: boolean
  /** Where the embedded database keeps its files. */
  readonly dataFolder: string
  /** A PostgreSQL of your own; null for the embedded one. */
  readonly databaseUrl: string | null
}

/** A variable that cannot be used; the message names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Where the AWS SDK finds credentials: keys, a profile, or what a container or cluster hands out. */
const credentialVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

type Env = Readonly<Record<string, string | undefined>>

/** @throws {@link ConfigError} */
export function readConfig(env: Env): Config {
  const hasCredentials = credentialVariables.some((name) => Boolean(env[name]))
  return {
    port: portOf(env, 'PORT', 3000),
    ivsLocalPort: portOf(env, 'IVS_LOCAL_PORT', 4566),
    rtmpPort: portOf(env, 'RTMP_PORT', 1935),
    livekitPort: portOf(env, 'LIVEKIT_PORT', 7880),
    isIvsReal: Boolean(env.AWS_REGION) && hasCredentials,
    dataFolder: env.STAGEDOOR_DATA?.trim() || '.stagedoor',
    databaseUrl: databaseUrlOf(env),
  }
}

/** Its value is never shown, as it may hold a password. */
function databaseUrlOf(env: Env): string | null {
  const text = env.DATABASE_URL?.trim()
  if (!text) return null
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text
  throw new ConfigError(
    'DATABASE_URL is no address of a PostgreSQL, such as postgres://user:password@127.0.0.1:5432/stagedoor.',
  )
}

function portOf(env: Env, name: string, fallback: number): number {
  const text = env[name]?.trim()
  if (!text) return fallback
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new ConfigError(`${name} is "${text}": it takes a port number, or 0 for any free port.`)
}
