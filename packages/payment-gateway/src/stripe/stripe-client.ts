/** What each call to Stripe carries. */
export interface StripeRequestOptions {
  readonly apiKey?: string
  readonly idempotencyKey?: string
}

/**
 * The part of the `Stripe` client (npm `stripe`) that the adapter uses. Parameters are plain objects, as the client's own
 * types change with every version of the API; answers are read field by field.
 */
export interface StripeClient {
  /** Tells of each request that leaves, those that the client repeats by itself too. */
  on?(event: 'request', listener: (request: { readonly idempotency_key?: string }) => void): unknown
  readonly paymentIntents: {
    create(params: object, options: StripeRequestOptions): Promise<unknown>
    retrieve(id: string, params: object, options: StripeRequestOptions): Promise<unknown>
    search(params: { query: string; limit?: number }, options: StripeRequestOptions): PromiseLike<unknown>
  }
  readonly checkout: {
    readonly sessions: {
      create(params: object, options: StripeRequestOptions): Promise<unknown>
      retrieve(id: string, params: object, options: StripeRequestOptions): Promise<unknown>
    }
  }
  readonly refunds: {
    create(params: object, options: StripeRequestOptions): Promise<unknown>
    retrieve(id: string, params: object, options: StripeRequestOptions): Promise<unknown>
    list(params: object, options: StripeRequestOptions): PromiseLike<unknown>
  }
  readonly subscriptions: {
    create(params: object, options: StripeRequestOptions): Promise<unknown>
    retrieve(id: string, params: object, options: StripeRequestOptions): Promise<unknown>
    update(id: string, params: object, options: StripeRequestOptions): Promise<unknown>
    cancel(id: string, params: object, options: StripeRequestOptions): Promise<unknown>
    search(params: { query: string; limit?: number }, options: StripeRequestOptions): PromiseLike<unknown>
  }
  readonly invoicePayments: {
    list(params: { invoice: string; limit?: number }, options: StripeRequestOptions): PromiseLike<unknown>
  }
  readonly transfers: {
    create(params: object, options: StripeRequestOptions): Promise<unknown>
    createReversal(id: string, params: object, options: StripeRequestOptions): Promise<unknown>
  }
}
