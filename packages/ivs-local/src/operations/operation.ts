import { z } from 'zod'
import { IvsError } from '../ivs-error.ts'
import type { LocalState } from '../local-state.ts'

/** What an operation works with. */
export interface OperationContext {
  readonly state: LocalState
  readonly ingestEndpoint: string
  readonly quotas: { readonly channels: number; readonly concurrentStreams: number }
  readonly now: () => Date
  playbackUrl(channelId: string): string
  viewerCount(channelArn: string): number
  /** Ends playback by tokens of this viewer up to this version. */
  revokeViewer(channelArn: string, viewerId: string, version: number): void
  /** Drops the encoder; false when none is live. */
  stopStream(channelArn: string): Promise<boolean>
}

/** One operation: reads its input, or says which field is wrong. */
export type Operation = (input: unknown, context: OperationContext) => Promise<unknown> | unknown

/** Ties a schema to what is done with its output. */
export function operation<Input>(
  schema: z.ZodType<Input>,
  perform: (input: Input, context: OperationContext) => Promise<unknown> | unknown,
): Operation {
  return (raw, context) => {
    const parsed = schema.safeParse(raw)
    if (parsed.success) return perform(parsed.data, context)
    const issue = parsed.error.issues[0]
    const field = issue?.path.map(String).join('.') || 'request'
    throw new IvsError('ValidationException', `Invalid value for ${field}: ${issue?.message ?? 'malformed'}`)
  }
}

export const arnOf = (kind: 'channel' | 'stream-key' | 'playback-key') =>
  z
    .string()
    .max(128)
    .regex(
      new RegExp(`^arn:aws:ivs:[a-z0-9-]+:[0-9]+:${kind}/[a-zA-Z0-9-]+$`),
      `must be the ARN of a ${kind}`,
    )

export const nameSchema = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z0-9-_]*$/, 'takes letters, digits, - and _')

export const tagsSchema = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .refine((tags) => Object.keys(tags).length <= 50, 'takes at most 50 tags')
  .refine(
    (tags) => Object.keys(tags).every((key) => !key.toLowerCase().startsWith('aws:')),
    'takes no keys that begin with aws:, which AWS keeps for itself',
  )

export const pageFields = (max: number) => ({
  nextToken: z
    .string()
    .max(1024)
    .regex(/^[a-zA-Z0-9+/=_-]*$/)
    .optional(),
  maxResults: z.int().min(1).max(max).optional(),
})

/** Cuts one page out of a list; the token is the place where the next one begins. */
export function page<Item>(
  items: readonly Item[],
  {
    nextToken,
    maxResults,
  }: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
  defaultSize: number,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const start = nextToken ? Number(Buffer.from(nextToken, 'base64url').toString()) : 0
  if (!Number.isInteger(start) || start < 0) {
    throw new IvsError(
      'ValidationException',
      'Invalid value for nextToken: pass the token of the page before',
    )
  }
  const end = start + (maxResults ?? defaultSize)
  const more = end < items.length ? { nextToken: Buffer.from(String(end)).toString('base64url') } : {}
  return { items: items.slice(start, end), ...more }
}
