import type { BooksFault } from './books-fault.ts'
import { invalidInput } from './errors.ts'
import { compareGatewayBooks, validateGatewayBooks } from './gateway-books.ts'
import type { Verification, VerifyOptions } from './ledger.ts'
import type { LedgerStore } from './ledger-store.ts'
import type { Seal } from './seal.ts'
import { requireObject, validateText, validateTime } from './validate-transfer.ts'

/** Far longer than a statement that books can run, and than clocks of servers differ. */
const sealAgeMs = 3_600_000

/** What {@link Ledger.verify} does. */
export async function verify(store: LedgerStore, options: VerifyOptions, now: Date): Promise<Verification> {
  requireObject('options', options)
  const { gatewayBooks, seal, signal } = options
  if (gatewayBooks !== undefined) validateGatewayBooks(gatewayBooks)
  if (seal !== undefined) validateSeal(seal)
  const before = new Date(now.getTime() - sealAgeMs).toISOString()
  const audit = await store.audit({ sealBefore: seal ? [before, seal.before] : [before] })
  const [next, again] = audit.seals
  const fault =
    audit.fault ??
    (seal ? faultOfSeal(seal, again) : null) ??
    (gatewayBooks ? await compareGatewayBooks(store, gatewayBooks, signal) : null)
  const { transfers, entries } = audit
  return { ok: fault === null, transfers, entries, fault, seal: fault === null && next ? next : null }
}

function faultOfSeal(seal: Seal, again: Seal | undefined): BooksFault | null {
  if (again?.transfers === seal.transfers && again.digest === seal.digest) return null
  const text = ({ transfers, digest }: Seal) => `${transfers} transfers ${digest}`
  return {
    check: 'sealed_transfers',
    row: seal.before,
    expected: text(seal),
    actual: again ? text(again) : 'none',
  }
}

function validateSeal(seal: Seal): void {
  requireObject('seal', seal)
  validateTime('seal.before', seal.before)
  if (!Number.isSafeInteger(seal.transfers) || seal.transfers < 0) {
    throw invalidInput('seal.transfers', 'a whole number from 0')
  }
  // Of no transfers it is empty.
  if (seal.digest !== '') validateText('seal.digest', seal.digest)
}
