import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** Reads an answer of server-sent events, one message after the other; null is its end. */
export function readEvents(response: Response) {
  const messages: EventSourceMessage[] = []
  const comments: string[] = []
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onComment: (comment) => comments.push(comment),
  })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  const pull = async () => {
    const part = await reader?.read()
    if (part?.value) parser.feed(decoder.decode(part.value, { stream: true }))
    return part?.done === false
  }
  const next = async (): Promise<EventSourceMessage | null> => {
    while (messages.length === 0) if (!(await pull())) return null
    return messages.shift() ?? null
  }
  return {
    next,
    comments,
    /** The next chunk, whatever it holds. False at the end. */
    pull,
    /** The next `count` messages as `id event`, fewer at the end. */
    take: async (count: number) => {
      const taken: string[] = []
      while (taken.length < count) {
        const message = await next()
        if (!message) break
        taken.push(`${message.id} ${message.event}`)
      }
      return taken
    },
    close: async () => reader?.cancel(),
  }
}
