/** SHA-256 of a text, in hex. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** An id of 40 hex digits behind a prefix that always follows from the same parts. */
export async function derivedId(prefix: string, ...parts: readonly string[]): Promise<string> {
  return `${prefix}_${(await sha256(JSON.stringify(parts))).slice(0, 40)}`
}
