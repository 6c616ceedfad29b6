import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Redacted, redacted, StreamingError } from '@stagedoor/streaming-core'

/** An ECDSA P-384 key pair for playback tokens, in PEM. */
export interface PlaybackKeyPair {
  /** Import this into IVS: `aws ivs import-playback-key-pair --public-key-material`. */
  readonly publicKey: string
  /** Keep this where your secrets are, and pass it to {@link ivs} as `playbackKey.privateKey`. AWS never sees it. */
  readonly privateKey: Redacted
}

/**
 * Makes a key pair for playback tokens. Do it once a deployment and region: IVS takes three public keys a region
 * (IVS user guide, "Create a playback key pair").
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { generatePlaybackKeyPair } from '@stagedoor/ivs-adapter'
 *
 * const { publicKey, privateKey } = generatePlaybackKeyPair()
 * writeFileSync('playback-public.pem', publicKey)
 * writeFileSync('playback-private.pem', privateKey.reveal(), { mode: 0o600 })
 * ```
 */
export function generatePlaybackKeyPair(): PlaybackKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-384',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { publicKey, privateKey: redacted(privateKey) }
}

/**
 * Reads a private key in PEM, PKCS #8 or SEC 1 (what `openssl ecparam -genkey` writes).
 *
 * @throws `StreamingError` `invalid_input` for anything but a P-384 private key; the message quotes nothing of it.
 */
export function readPlaybackKey(pem: string): KeyObject {
  const key = parse(pem)
  if (key?.asymmetricKeyDetails?.namedCurve === 'secp384r1') return key
  throw new StreamingError({
    code: 'invalid_input',
    provider: 'ivs',
    field: 'playbackKey.privateKey',
    message:
      'ivs(): playbackKey.privateKey: takes an ECDSA P-384 private key in PEM, with its BEGIN and END lines. ' +
      'generatePlaybackKeyPair() makes one.',
  })
}

function parse(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem)
  } catch {
    // The caller says what it takes; OpenSSL's own words would help nobody.
    return null
  }
}
