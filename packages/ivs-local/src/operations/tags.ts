import { z } from 'zod'
import { IvsError } from '../ivs-error.ts'
import type { LocalState } from '../local-state.ts'
import { operation, tagsSchema } from './operation.ts'

const resourceArn = z.string().regex(/^arn:aws:ivs:/, 'must be an IVS ARN')

export const TagResource = operation(
  z.object({ resourceArn, tags: tagsSchema }),
  ({ resourceArn: arn, tags }, { state }) => {
    const resource = find(state, arn)
    const merged = { ...resource.tags, ...tags }
    if (Object.keys(merged).length > 50)
      throw new IvsError('ValidationException', 'Invalid value for tags: takes at most 50 tags')
    resource.tags = merged
    return {}
  },
)

export const UntagResource = operation(
  z.object({ resourceArn, tagKeys: z.array(z.string()).min(1).max(50) }),
  ({ resourceArn: arn, tagKeys }, { state }) => {
    const resource = find(state, arn)
    resource.tags = Object.fromEntries(
      Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key)),
    )
    return {}
  },
)

export const ListTagsForResource = operation(
  z.object({ resourceArn }),
  ({ resourceArn: arn }, { state }) => ({
    tags: find(state, arn).tags,
  }),
)

function find(state: LocalState, arn: string): { tags: Record<string, string> } {
  const resource = state.channels.get(arn) ?? state.streamKeys.get(arn) ?? state.playbackKeys.get(arn)
  if (resource) return resource
  throw new IvsError('ResourceNotFoundException', `Resource: ${arn} not found`)
}
