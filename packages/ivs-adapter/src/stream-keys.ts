import {
  CreateStreamKeyCommand,
  DeleteStreamKeyCommand,
  GetStreamKeyCommand,
  ListStreamKeysCommand,
} from '@aws-sdk/client-ivs'
import {
  type CallOptions,
  isStreamingError,
  type Redacted,
  redacted,
  StreamingError,
} from '@stagedoor/streaming-core'
import { z } from 'zod'
import { isIvsError } from './errors.ts'
import type { IvsApi } from './ivs-api.ts'

/** Key values are wrapped as soon as an answer is read. */
const keyAnswer = z.object({
  streamKey: z.object({
    value: z
      .string()
      .min(1)
      .transform((value) => redacted(value)),
  }),
})
const listAnswer = z.object({ streamKeys: z.array(z.object({ arn: z.string() })) })

/** The one stream key that IVS allows a channel. */
export interface StreamKeys {
  /**
   * The key, made when there is none.
   *
   * @param knownArn - Saves a call when it is still the key's ARN.
   */
  read(channelArn: string, knownArn: string | undefined, options: CallOptions): Promise<Redacted>
  create(channelArn: string, options: CallOptions): Promise<Redacted>
  /** No error when there is none. */
  removeAll(channelArn: string, options: CallOptions): Promise<void>
}

export function createStreamKeys(api: IvsApi): StreamKeys {
  const value = async (arn: string, options: CallOptions): Promise<Redacted | null> => {
    try {
      const answer = await api.call('GetStreamKey', new GetStreamKeyCommand({ arn }), keyAnswer, options)
      return answer.streamKey.value
    } catch (error) {
      if (isStreamingError(error, 'not_found')) return null
      throw error
    }
  }
  const list = async (channelArn: string, options: CallOptions): Promise<readonly string[]> => {
    const command = new ListStreamKeysCommand({ channelArn, maxResults: 50 })
    const { streamKeys } = await api.call('ListStreamKeys', command, listAnswer, options)
    return streamKeys.map(({ arn }) => arn)
  }
  const current = async (channelArn: string, options: CallOptions): Promise<Redacted | null> => {
    const [arn] = await list(channelArn, options)
    return arn === undefined ? null : value(arn, options)
  }
  const create = async (channelArn: string, options: CallOptions): Promise<Redacted> => {
    try {
      const command = new CreateStreamKeyCommand({ channelArn })
      const answer = await api.call('CreateStreamKey', command, keyAnswer, options)
      return answer.streamKey.value
    } catch (error) {
      // One key a channel: somebody else, or an answer that was lost, has made it.
      const isTaken = isIvsError(error, 'ServiceQuotaExceededException')
      if (!isTaken && !isStreamingError(error, 'provider_unavailable')) throw error
      const made = await current(channelArn, options)
      if (made) return made
      throw isTaken ? changing(channelArn) : error
    }
  }
  return {
    create,
    read: async (channelArn, knownArn, options) => {
      const known = knownArn === undefined ? null : await value(knownArn, options)
      return known ?? (await current(channelArn, options)) ?? create(channelArn, options)
    },
    removeAll: async (channelArn, options) => {
      try {
        for (const arn of await list(channelArn, options)) {
          await api.call('DeleteStreamKey', new DeleteStreamKeyCommand({ arn }), z.unknown(), options)
        }
      } catch (error) {
        if (!isStreamingError(error, 'not_found')) throw error
      }
    },
  }
}

function changing(channelArn: string): StreamingError {
  return new StreamingError({
    code: 'provider_unavailable',
    provider: 'ivs',
    message: `The stream key of ${channelArn} is being changed by somebody else. Try again.`,
  })
}
