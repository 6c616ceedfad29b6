import { LedgerError } from '@stagedoor/ledger'
import { isStreamingError } from '@stagedoor/streaming-core'
import type { RunStatement } from '../run-statement.ts'

/** Statements whose failures are the ledger's errors, in the same words. */
export function ledgerStatements(run: RunStatement): RunStatement {
  return async (work, text, values) => {
    try {
      return await run(`ledger ${work}`, text, values)
    } catch (error) {
      if (!isStreamingError(error)) throw error
      const { code, message, cause } = error
      const isKnown = code === 'provider_unavailable' || code === 'invalid_input'
      throw new LedgerError({ code: isKnown ? code : 'internal', message, provider: 'postgres', cause })
    }
  }
}
