import { isLedgerError, LedgerError } from '@stagedoor/ledger'
import { mapFirestoreError } from '../errors.ts'

/** Whatever a call threw, as the ledger's error and in the same words. */
export function toLedgerError(operation: string, error: unknown): LedgerError {
  if (isLedgerError(error)) return error
  const { code, message, retryable, cause } = mapFirestoreError(`ledger ${operation}`, error)
  return new LedgerError({
    code: retryable ? 'provider_unavailable' : code === 'invalid_input' ? code : 'internal',
    ...{ message, provider: 'firestore', cause },
  })
}

/** An option that cannot work. */
export function badLedgerOption(field: string, message: string): LedgerError {
  return new LedgerError({ code: 'invalid_input', field, message })
}
