/** An id of 32 characters that the same words always make. */
export async function digestId(...words: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(words))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
