/** An id of 32 hex digits that always follows from the same text. */
export async function deriveId(text: string): Promise<string> {
  return (await sha256(text)).slice(0, 32)
}

/** Tells whether two inputs are the same, whatever the order of their fields. */
export async function fingerprint(value: unknown): Promise<string> {
  return sha256(JSON.stringify(sortKeys(value)))
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(entries.map(([key, child]) => [key, sortKeys(child)]))
}
