import { PaymentError } from './errors.ts'
import type { Redacted } from './redacted.ts'
import { sign, signatureCheck } from './signature-check.ts'

/** How far a webhook's time may be from ours, both ways, in seconds. */
export const defaultToleranceSeconds = 300

/**
 * Verifies `t=<unix seconds>,v1=<hex>[,v1=<hex>]`: an HMAC-SHA256 over `<t>.<raw body>`, as Stripe signs. Any of several
 * secrets may have signed, so that one can be changed. A time ahead of ours is refused like an old one: who holds a
 * secret once must not sign for next year.
 *
 * @param createCheck - How a secret's signatures are checked, for a runtime that should do it otherwise.
 */
export function signatureVerifier(
  secrets: readonly Redacted[],
  toleranceSeconds: number,
  createCheck = signatureCheck,
) {
  const checks = secrets.map((secret) => createCheck(secret))

  return async function verify(
    header: string | null,
    body: Uint8Array<ArrayBuffer>,
    nowMs: number,
  ): Promise<void> {
    const { timestamp, signatures } = parseHeader(header)
    if (signatures.length === 0) throw rejected('it carries no signature')
    const ageSeconds = nowMs / 1000 - Number(timestamp)
    if (!(ageSeconds <= toleranceSeconds)) throw rejected('it is too old')
    if (!(ageSeconds >= -toleranceSeconds)) throw rejected('it is from the future')
    for (const check of checks) {
      const answer = check(`${timestamp}.`, body, signatures)
      if (answer === true || (answer !== false && (await answer))) return
    }
    throw rejected('it is not signed with a secret of this endpoint, or was changed on its way')
  }
}

/** The header that {@link signatureVerifier} accepts, for tests. */
export async function signatureHeader(
  secret: string,
  body: Uint8Array,
  timestampSeconds: number,
): Promise<string> {
  const mac = await sign(secret, `${timestampSeconds}.`, body)
  const hex = [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `t=${timestampSeconds},v1=${hex}`
}

/** A webhook that is refused. Says why, as the sender is told nothing but the status. */
export function rejected(why: string): PaymentError {
  return new PaymentError({ code: 'webhook_invalid', message: `The webhook is refused: ${why}.` })
}

/** At most this many signatures are tried: a header full of them must not keep the server busy. */
const maximumSignatures = 8

function parseHeader(header: string | null): { timestamp: string; signatures: Uint8Array<ArrayBuffer>[] } {
  let timestamp = ''
  const signatures: Uint8Array<ArrayBuffer>[] = []
  for (const part of (header ?? '').split(',', 32)) {
    const [, key, value = ''] = /^\s*(t|v1)=(\w+)\s*$/.exec(part) ?? []
    if (key === 't' && /^\d{1,12}$/.test(value)) timestamp = value
    if (key === 'v1' && /^[0-9a-f]{64}$/.test(value) && signatures.length < maximumSignatures) {
      signatures.push(bytesOfHex(value))
    }
  }
  return timestamp === '' ? { timestamp, signatures: [] } : { timestamp, signatures }
}

function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2)
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16)
  }
  return bytes
}
