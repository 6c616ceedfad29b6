/**
 * `settleUsage` of streaming-core in SQL, on the row as it is while the statement holds it: readings take no version, so
 * what a caller computed from a stream that it read before may be old.
 *
 * `metered_ms` is `metered_until` as a number; the text is kept because it is given back to the letter.
 *
 * The stream's row before the change goes by the name of `s`.
 *
 * @param at - The value with the time of the reading, as text.
 * @param atMs - The value with the same time in milliseconds since 1970.
 */
export function settledUsage(at: string, atMs: string): string {
  // Null before the first reading, which counts nothing: `greatest` passes over null.
  const elapsed = `case when s.status = 'live' then greatest(${atMs}::bigint - s.metered_ms, 0) else 0 end`
  return `live_ms = s.live_ms + ${elapsed},
      viewer_ms = s.viewer_ms + ${elapsed} * s.viewers_current,
      metered_until = case when s.metered_ms >= ${atMs} then s.metered_until else ${at} end,
      metered_ms = greatest(s.metered_ms, ${atMs})`
}
