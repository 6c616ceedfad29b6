import { IvsClient } from '@aws-sdk/client-ivs'
import { type CallOptions, isStreamingError, StreamingError } from '@stagedoor/streaming-core'
import type { z } from 'zod'
import { abortedError, mapIvsError, throwIfAborted, unreadableAnswer } from './errors.ts'
import type { IvsSdkClient } from './ivs-client.ts'
import { UncertainOutcome } from './once-only.ts'
import { createPace } from './pace.ts'
import type { IvsConfig } from './resolve-options.ts'

/** The one way to call IVS: paced, bounded in time, abortable; answers are checked and errors mapped. */
export interface IvsApi {
  /**
   * @param operation - The operation's name, for the pace and for messages.
   * @param schema - Just the fields of the answer that are used.
   */
  call<Answer>(
    operation: string,
    command: object,
    schema: z.ZodType<Answer>,
    options?: CallOptions,
  ): Promise<Answer>
}

/** No connection is made, and no credentials are asked for, before the first call. */
export function createIvsApi(config: IvsConfig): IvsApi {
  const pace = createPace(config.callsPerSecond)
  let client: IvsSdkClient | undefined = config.client
  const getClient = (): IvsSdkClient => {
    client ??= new IvsClient({
      region: config.region,
      ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
      ...(config.credentials === undefined ? {} : { credentials: config.credentials }),
    })
    return client
  }
  const send = async (operation: string, command: object, signal?: AbortSignal): Promise<unknown> => {
    // The SDK has no time limit of its own, and a connection can hang for ever.
    const limit = AbortSignal.timeout(config.timeoutSeconds * 1000)
    const abortSignal = signal ? AbortSignal.any([signal, limit]) : limit
    try {
      return await getClient().send(command, { abortSignal })
    } catch (error) {
      if (limit.aborted && !signal?.aborted) throw timedOut(operation, config.timeoutSeconds, error)
      throw error instanceof UncertainOutcome ? error.original : error
    }
  }

  return {
    call: async (operation, command, schema, { signal } = {}) => {
      throwIfAborted(operation, signal)
      try {
        await pace(operation, signal)
        const parsed = schema.safeParse(await send(operation, command, signal))
        if (parsed.success) return parsed.data
        throw unreadableAnswer(operation)
      } catch (error) {
        if (isStreamingError(error)) throw error
        if (signal?.aborted) throw abortedError(operation, signal)
        throw mapIvsError(operation, error)
      }
    },
  }
}

function timedOut(operation: string, timeoutSeconds: number, cause: unknown): StreamingError {
  return new StreamingError({
    code: 'provider_unavailable',
    provider: 'ivs',
    message: `IVS ${operation} did not answer within ${timeoutSeconds} seconds. Try again.`,
    cause,
  })
}
