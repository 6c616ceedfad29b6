import type { Logger } from '@stagedoor/streaming-core'

/** Warnings and errors on standard error, one line each; what goes well is not news in a terminal. */
export const consoleLogger: Logger = {
  info: () => {},
  warn: (message, fields) => console.error(`warning: ${message}${causeOf(fields)}`),
  error: (message, fields) => console.error(`error: ${message}${causeOf(fields)}`),
}

function causeOf(fields: Readonly<Record<string, unknown>> | undefined): string {
  const cause = fields?.cause
  return cause instanceof Error ? `: ${cause.message}` : ''
}
