import { redacted, StreamingError } from '@stagedoor/streaming-core'
import type { LivekitOptions } from './livekit-options.ts'
import type { LivekitPlan } from './prices.ts'

const plans: readonly string[] = ['build', 'ship', 'scale'] satisfies LivekitPlan[]

/**
 * Reads {@link LivekitOptions} from environment variables; empty ones count as not set.
 *
 * | variable | option |
 * | --- | --- |
 * | `LIVEKIT_URL` | `url` |
 * | `LIVEKIT_PUBLIC_URL` | `publicUrl` |
 * | `LIVEKIT_API_KEY`, `LIVEKIT_API_SECRET` | `apiKey`, `apiSecret` |
 * | `LIVEKIT_NAMESPACE` | `namespace` |
 * | `LIVEKIT_PLAN` | `plan`: `build`, `ship` or `scale` |
 *
 * @throws `StreamingError` `invalid_input` naming the variable, never its value.
 */
export function livekitOptionsFromEnv(env: Readonly<Record<string, string | undefined>>): LivekitOptions {
  const read = (name: string) => env[name]?.trim() || undefined
  const need = (name: string): string => {
    const value = read(name)
    if (value !== undefined) return value
    throw badVariable(name, 'is not set')
  }
  const publicUrl = read('LIVEKIT_PUBLIC_URL')
  const namespace = read('LIVEKIT_NAMESPACE')
  const plan = read('LIVEKIT_PLAN')
  return {
    url: need('LIVEKIT_URL'),
    apiKey: need('LIVEKIT_API_KEY'),
    apiSecret: redacted(need('LIVEKIT_API_SECRET')),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(plan === undefined ? {} : { plan: planOf(plan) }),
  }
}

function planOf(text: string): LivekitPlan {
  if (plans.includes(text)) return text as LivekitPlan
  throw badVariable('LIVEKIT_PLAN', 'takes build, ship or scale')
}

function badVariable(field: string, problem: string): StreamingError {
  return new StreamingError({
    code: 'invalid_input',
    provider: 'livekit',
    field,
    message: `The environment variable ${field} ${problem}.`,
  })
}
