import type { Capabilities, StreamingAdapter } from './adapter.ts'
import { StreamingError } from './errors.ts'

/**
 * The capability of an adapter, or an error that says who lacks it.
 *
 * @throws {@link StreamingError} `unsupported`
 */
export function requireCapability<Name extends keyof Capabilities>(
  adapter: StreamingAdapter,
  name: Name,
): Capabilities[Name] {
  const capabilities: Partial<Capabilities> = adapter
  const capability = capabilities[name]
  if (!capability) {
    throw new StreamingError({
      code: 'unsupported',
      provider: adapter.id,
      message: `The adapter "${adapter.id}" does not support ${name}.`,
    })
  }
  return capability
}
