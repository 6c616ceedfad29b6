import { type CallOptions, isStreamingError } from '@stagedoor/streaming-core'
import { EgressClient, IngressClient, RoomServiceClient } from 'livekit-server-sdk'
import { abortedError, mapLivekitError, throwIfAborted } from './errors.ts'
import type { LivekitConfig } from './resolve-options.ts'

/** The one way to call LiveKit: bounded in time, abortable, errors mapped. */
export interface LivekitApi {
  /** @param operation - Named in messages. */
  call<Answer>(
    operation: string,
    work: (clients: LivekitClients) => Promise<Answer>,
    options?: CallOptions,
  ): Promise<Answer>
}

/** The SDK's clients that the adapter uses. */
export interface LivekitClients {
  readonly rooms: RoomServiceClient
  readonly egress: EgressClient
  readonly ingress: IngressClient
}

/** No connection is made before the first call. */
export function createLivekitApi(config: LivekitConfig): LivekitApi {
  const { apiUrl, keys, timeoutSeconds } = config
  const credentials = [
    apiUrl,
    keys.apiKey,
    keys.apiSecret.reveal(),
    { requestTimeout: timeoutSeconds },
  ] as const
  const clients: LivekitClients = {
    rooms: new RoomServiceClient(...credentials),
    egress: new EgressClient(...credentials),
    ingress: new IngressClient(...credentials),
  }
  return {
    call: async (operation, work, { signal } = {}) => {
      throwIfAborted(operation, signal)
      try {
        return await untilAborted(work(clients), operation, signal)
      } catch (error) {
        if (isStreamingError(error)) throw error
        throw mapLivekitError(operation, error, timeoutSeconds)
      }
    },
  }
}

/** The SDK takes no signal: an aborted call is left alone and ends by its own time limit. */
function untilAborted<Answer>(
  work: Promise<Answer>,
  operation: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortedError(operation, signal))
    signal.addEventListener('abort', onAbort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** Waits for a call that ends something; what is gone already is no error. */
export async function gone(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!isStreamingError(error, 'not_found')) throw error
  }
}
