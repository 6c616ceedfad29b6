/**
 * What access is to: `stream:<id>`, one show and its recording, or `creator:<id>`, all that a creator shows to subscribers.
 */
export type Resource = `stream:${string}` | `creator:${string}`

/** The resource of one show. */
export function streamResource(streamId: string): Resource {
  return `stream:${streamId}`
}

/** The resource that subscribers of a creator have. */
export function creatorResource(creatorId: string): Resource {
  return `creator:${creatorId}`
}
