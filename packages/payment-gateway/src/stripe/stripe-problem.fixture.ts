/** Parameters of a form, nested. */
export interface Params {
  [name: string]: string | Params | undefined
}

/** An answer that is an error. */
export class StripeProblem extends Error {
  readonly status: number
  readonly body: object

  constructor(status: number, body: object) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
  }
}

/** A part of a JSON answer. */
export type Json = Record<string, unknown>

export const missing = (what: string) =>
  new StripeProblem(404, { type: 'invalid_request_error', code: 'resource_missing', param: what })
export const refused = (code: string | undefined, param?: string) =>
  new StripeProblem(400, { type: 'invalid_request_error', code, param })
