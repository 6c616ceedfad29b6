import { z } from 'zod'
import { IvsError } from '../ivs-error.ts'
import type { LocalState, StreamKeyRecord } from '../local-state.ts'
import { newStreamKey } from './channels.ts'
import { arnOf, operation, page, pageFields, tagsSchema } from './operation.ts'

export const CreateStreamKey = operation(
  z.object({ channelArn: arnOf('channel'), tags: tagsSchema.optional() }),
  ({ channelArn, tags }, { state }) => {
    state.channel(channelArn)
    if (state.keyOf(channelArn)) {
      throw new IvsError(
        'ServiceQuotaExceededException',
        'You have reached your stream key limit: 1 per channel',
      )
    }
    return { streamKey: newStreamKey(state, channelArn, tags ?? {}) }
  },
)

export const GetStreamKey = operation(z.object({ arn: arnOf('stream-key') }), ({ arn }, { state }) => ({
  streamKey: find(state, arn),
}))

export const BatchGetStreamKey = operation(
  z.object({ arns: z.array(arnOf('stream-key')).min(1).max(50) }),
  ({ arns }, { state }) => ({
    streamKeys: arns.flatMap((arn) => state.streamKeys.get(arn) ?? []),
    errors: arns
      .filter((arn) => !state.streamKeys.has(arn))
      .map((arn) => ({ arn, code: 'ResourceNotFoundException', message: `Resource: ${arn} not found` })),
  }),
)

export const ListStreamKeys = operation(
  z.object({ channelArn: arnOf('channel'), ...pageFields(50) }),
  (input, { state }) => {
    state.channel(input.channelArn)
    const keys = [...state.streamKeys.values()].filter((key) => key.channelArn === input.channelArn)
    const { items, nextToken } = page(keys, input, 1)
    const streamKeys = items.map(({ arn, channelArn, tags }) => ({ arn, channelArn, tags }))
    return { streamKeys, ...(nextToken ? { nextToken } : {}) }
  },
)

export const DeleteStreamKey = operation(z.object({ arn: arnOf('stream-key') }), ({ arn }, { state }) => {
  state.streamKeys.delete(find(state, arn).arn)
  return undefined
})

function find(state: LocalState, arn: string): StreamKeyRecord {
  const key = state.streamKeys.get(arn)
  if (key) return key
  throw new IvsError('ResourceNotFoundException', `Resource: ${arn} not found`)
}
