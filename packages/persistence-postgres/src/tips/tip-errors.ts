import { isStreamingError } from '@stagedoor/streaming-core'
import { TipError } from '@stagedoor/tips'
import type { RunStatement } from '../run-statement.ts'

/** Statements whose failures are errors of tips, in the same words. */
export function tipStatements(run: RunStatement): RunStatement {
  return async (work, text, values) => {
    try {
      return await run(`tips ${work}`, text, values)
    } catch (error) {
      if (!isStreamingError(error)) throw error
      const { code, message, cause } = error
      if (isAlreadyBooked(cause)) {
        throw new TipError({
          code: 'conflict',
          provider: 'postgres',
          message: `The ledger has a transfer of this change already, though its tip does not know of it. Nothing was changed; compare the two.`,
          cause,
        })
      }
      const isKnown = code === 'provider_unavailable' || code === 'invalid_input'
      throw new TipError({ code: isKnown ? code : 'internal', message, provider: 'postgres', cause })
    }
  }
}

function isAlreadyBooked(cause: unknown): boolean {
  return cause instanceof Error && 'constraint' in cause && cause.constraint === 'ledger_transfers_key'
}
