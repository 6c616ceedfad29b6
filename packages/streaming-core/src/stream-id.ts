/** True for text that may name a stream: 1 to 64 letters, digits, `_` or `-`. */
export function isStreamId(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text)
}
