/** A notification holds less than 8000 bytes (PostgreSQL documentation, NOTIFY); some are for the heading. */
const pieceLength = 7900

/** `#<message>/<piece>/<pieces> <part>`; a whole message is JSON and begins with `{`. */
const heading = /^#([\w-]{1,64})\/(\d{1,6})\/(\d{1,6}) /

/** 1000 pieces are 7.9 MB, more than any message: what claims to be longer is no message. */
const maxPieces = 1000

/**
 * JSON as the payloads of notifications. All of it is ASCII, so that a character is a byte, in databases of any encoding,
 * and that U+0000 and halves of surrogate pairs, which PostgreSQL does not take, are escapes.
 */
export function toPayloads(json: string): readonly string[] {
  const text = json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  if (text.length <= pieceLength) return [text]
  const count = Math.ceil(text.length / pieceLength)
  const message = crypto.randomUUID()
  return Array.from({ length: count }, (_, piece) => {
    const begin = piece * pieceLength
    return `#${message}/${piece}/${count} ${text.slice(begin, begin + pieceLength)}`
  })
}

/**
 * Takes payloads and tells texts. The pieces of a message follow each other, as notifications of one transaction do; what
 * does not follow is dropped.
 */
export function createTextAssembler(tell: (text: string) => void): (payload: string) => void {
  let message = ''
  let parts: string[] = []
  return (payload) => {
    const match = heading.exec(payload)
    if (!match) return tell(payload)
    const [whole, id = '', piece, pieces] = match
    if (Number(piece) === 0) {
      message = id
      parts = []
    }
    if (id !== message || Number(piece) !== parts.length || Number(pieces) > maxPieces) return
    parts.push(payload.slice(whole.length))
    if (parts.length < Number(pieces)) return
    const text = parts.join('')
    message = ''
    parts = []
    tell(text)
  }
}
