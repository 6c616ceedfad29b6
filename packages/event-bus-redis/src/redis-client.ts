/** The part of a client of the package `redis` that sends. */
export interface RedisClient {
  readonly isReady: boolean
  publish(channel: string, message: string): Promise<unknown>
  /** A client of the same settings, not connected yet. */
  duplicate(): RedisSubscriber
}

/** The part of a client of the package `redis` that listens. */
export interface RedisSubscriber {
  connect(): Promise<unknown>
  subscribe(channels: string[], listener: (message: string) => void): Promise<unknown>
  unsubscribe(channels: string[], listener: (message: string) => void): Promise<unknown>
  ping(): Promise<unknown>
  on(event: 'connect' | 'error' | 'end', listener: (error?: unknown) => void): unknown
  /** Ends the connection at once; may be called again. */
  destroy(): void
}
