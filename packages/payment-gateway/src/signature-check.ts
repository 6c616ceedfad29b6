import type { Redacted } from './redacted.ts'

/** Tells whether one of the signatures is the HMAC-SHA256 of the prefix and the body, by one secret, in constant time. */
export type SignatureCheck = (
  prefix: string,
  body: Uint8Array<ArrayBuffer>,
  signatures: readonly Uint8Array<ArrayBuffer>[],
) => boolean | Promise<boolean>

/** The quickest check that the runtime has. */
export function signatureCheck(secret: Redacted): SignatureCheck {
  const native = nativeCrypto()
  return native ? nativeCheck(secret, native) : webCryptoCheck(secret)
}

/** By the web platform's cryptography, which is everywhere, and hands each call to another thread. */
export function webCryptoCheck(secret: Redacted): SignatureCheck {
  let key: ReturnType<typeof importKey> | undefined

  return async function check(prefix, body, signatures) {
    key ??= importKey(secret.reveal()).catch((error: unknown) => {
      key = undefined
      throw error
    })
    const signed = signedBytes(prefix, body)
    for (const signature of signatures) {
      // The runtime compares in constant time.
      if (await crypto.subtle.verify('HMAC', await key, signature, signed)) return true
    }
    return false
  }
}

/** The HMAC-SHA256 of the prefix and the body. */
export async function sign(secret: string, prefix: string, body: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', await importKey(secret), signedBytes(prefix, body)))
}

function nativeCheck(secret: Redacted, native: NativeCrypto): SignatureCheck {
  const key = native.createSecretKey(new TextEncoder().encode(secret.reveal()))

  return function check(prefix, body, signatures) {
    const expected = native.createHmac('sha256', key).update(prefix).update(body).digest()
    return signatures.some(
      (signature) => signature.length === expected.length && native.timingSafeEqual(expected, signature),
    )
  }
}

/** What is used of Node's cryptography, which Deno, Bun and Workers have as well. */
interface NativeCrypto {
  createSecretKey(bytes: Uint8Array): object
  createHmac(algorithm: 'sha256', key: object): NativeHmac
  timingSafeEqual(left: Uint8Array, right: Uint8Array): boolean
}

interface NativeHmac {
  update(data: string | Uint8Array): NativeHmac
  digest(): Uint8Array
}

/**
 * The synchronous cryptography of the runtime, where there is one: ten times as quick for a webhook as the web platform's.
 * Asked for at run time, so that browsers and bundlers need to know nothing of it
 * (https://nodejs.org/api/process.html#processgetbuiltinmoduleid).
 */
function nativeCrypto(): NativeCrypto | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } }
  const found = process?.getBuiltinModule?.('node:crypto')
  return isNativeCrypto(found) ? found : undefined
}

function isNativeCrypto(value: unknown): value is NativeCrypto {
  return (
    typeof value === 'object' &&
    value !== null &&
    'createSecretKey' in value &&
    'createHmac' in value &&
    'timingSafeEqual' in value
  )
}

function importKey(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
    'verify',
  ])
}

function signedBytes(prefix: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const start = new TextEncoder().encode(prefix)
  const bytes = new Uint8Array(start.length + body.length)
  bytes.set(start)
  bytes.set(body, start.length)
  return bytes
}
