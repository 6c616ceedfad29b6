import { isTipError, TipError } from '@stagedoor/tips'
import { mapFirestoreError } from '../errors.ts'

/** Whatever a call threw, as an error of tips and in the same words. */
export function toTipError(operation: string, error: unknown): TipError {
  if (isTipError(error)) return error
  const { code, message, retryable, cause } = mapFirestoreError(`tips ${operation}`, error)
  return new TipError({
    code: retryable ? 'provider_unavailable' : code === 'invalid_input' ? code : 'internal',
    ...{ message, provider: 'firestore', cause },
  })
}

/** An option that cannot work. */
export function badTipOption(field: string, message: string): TipError {
  return new TipError({ code: 'invalid_input', field, message })
}
