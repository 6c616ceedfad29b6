/** Where tips say what went wrong. Fields never hold a secret, a message or a name. Default: silence. */
export interface TipsLogger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}
