/** The number in `?limit=`: not a number for what is no whole number, so that whoever validates it names it. */
export function limitOf(query: URLSearchParams): number | undefined {
  const limit = query.get('limit')
  if (limit === null) return undefined
  return /^\d+$/.test(limit) ? Number(limit) : Number.NaN
}

/** A field that is missing when its value is. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { [K in Key]?: Value } {
  return value === undefined || value === null ? {} : ({ [key]: value } as { [K in Key]?: Value })
}
