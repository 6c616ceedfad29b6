interface EventBase {
  /** The provider's id of the event; the same event never counts twice. */
  readonly id: string
  /** Which channel: the `id` of `Channel`. */
  readonly channelId: string
  /** When it happened by the provider's clock, ISO 8601 UTC. Events may arrive late, twice and out of order. */
  readonly occurredAt: string
}

/** A fact that a provider reported. Webhooks and polling both end up as these. */
export type ProviderEvent =
  | (EventBase & { readonly type: 'session.started'; readonly sessionId: string })
  | (EventBase & { readonly type: 'session.interrupted'; readonly sessionId: string })
  | (EventBase & { readonly type: 'session.resumed'; readonly sessionId: string })
  | (EventBase & { readonly type: 'session.ended'; readonly sessionId: string; readonly reason?: string })
  | (EventBase & { readonly type: 'session.failed'; readonly sessionId: string; readonly reason: string })
  | (EventBase & { readonly type: 'viewers.counted'; readonly viewers: number })
  /** A signed-in viewer came in. Core asks again whether that is allowed. */
  | (EventBase & { readonly type: 'viewer.joined'; readonly userId: string })
  | (EventBase & { readonly type: 'limit.exceeded'; readonly limit: string; readonly message: string })
