/** ISO 8601 of Stripe's seconds since 1970. */
export function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
