import { PaymentError } from './errors.ts'
import type { Redacted } from './redacted.ts'

/** How far a webhook's time may be from ours, both ways, in seconds. */
export const defaultToleranceSeconds = 300

const encoder = new TextEncoder()

/**
 * Verifies `t=<unix seconds>,v1=<hex>[,v1=<hex>]`: an HMAC-SHA256 over `<t>.<raw body>`, as Stripe signs. Any of several
 * secrets may have signed, so that one can be changed. A time ahead of ours is refused like an old one: who holds a
 * secret once must not sign for next year.
 */
export function signatureVerifier(secrets: readonly Redacted[], toleranceSeconds: number) {
  let keys: Promise<readonly CryptoKey[]> | undefined

  return async function verify(header: string | null, body: Uint8Array, nowMs: number): Promise<void> {
    keys ??= Promise.all(secrets.map((secret) => importKey(secret.reveal()))).catch((error: unknown) => {
      keys = undefined
      throw error
    })
    const { timestamp, signatures } = parseHeader(header)
    if (signatures.length === 0) throw rejected('it carries no signature')
    const ageSeconds = nowMs / 1000 - Number(timestamp)
    if (!(ageSeconds <= toleranceSeconds)) throw rejected('it is too old')
    if (!(ageSeconds >= -toleranceSeconds)) throw rejected('it is from the future')
    const signed = signedBytes(timestamp, body)
    for (const key of await keys) {
      for (const signature of signatures) {
        // The runtime compares in constant time.
        if (await crypto.subtle.verify('HMAC', key, signature, signed)) return
      }
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
  const signed = signedBytes(String(timestampSeconds), body)
  const mac = await crypto.subtle.sign('HMAC', await importKey(secret), signed)
  const hex = [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `t=${timestampSeconds},v1=${hex}`
}

/** A webhook that is refused. Says why, as the sender is told nothing but the status. */
export function rejected(why: string): PaymentError {
  return new PaymentError({ code: 'webhook_invalid', message: `The webhook is refused: ${why}.` })
}

function importKey(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign', 'verify'])
}

function signedBytes(timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = encoder.encode(`${timestamp}.`)
  const bytes = new Uint8Array(prefix.length + body.length)
  bytes.set(prefix)
  bytes.set(body, prefix.length)
  return bytes
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
      signatures.push(Uint8Array.from(value.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16)))
    }
  }
  return timestamp === '' ? { timestamp, signatures: [] } : { timestamp, signatures }
}
