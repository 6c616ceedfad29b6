import { PaywallError } from '@stagedoor/paywall'
import { isStreamingError } from '@stagedoor/streaming-core'
import type { RunStatement } from '../run-statement.ts'

/** Statements whose failures are errors of the paywall, in the same words. */
export function paywallStatements(run: RunStatement): RunStatement {
  return async (work, text, values) => {
    try {
      return await run(`paywall ${work}`, text, values)
    } catch (error) {
      if (!isStreamingError(error)) throw error
      const { code, message, cause } = error
      const isKnown = code === 'provider_unavailable' || code === 'invalid_input'
      throw new PaywallError({ code: isKnown ? code : 'internal', message, cause })
    }
  }
}
