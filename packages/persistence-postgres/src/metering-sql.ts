/**
 * `settleUsage` of streaming-core in SQL, on the row as it is while the statement holds it: readings take no version, so
 * what a caller computed from a stream that it read before may be old.
 *
 * @param alias - The stream's row before the change.
 * @param at - The value with the time of the reading, as text.
 */
export function settledUsage(alias: string, at: string): string {
  const counts = `${alias}.status = 'live' and ${alias}.metered_until < ${at}`
  const elapsed = `(extract(epoch from ${at}::timestamptz - ${alias}.metered_until::timestamptz) * 1000)::bigint`
  return `live_ms = ${alias}.live_ms + case when ${counts} then ${elapsed} else 0 end,
      viewer_ms = ${alias}.viewer_ms + case when ${counts} then ${elapsed} * ${alias}.viewers_current else 0 end,
      metered_until = greatest(${alias}.metered_until, ${at})`
}
