import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { IvsError } from '../ivs-error.ts'
import { keyFingerprint, type LocalState, type PlaybackKeyRecord } from '../local-state.ts'
import { arnOf, nameSchema, operation, page, pageFields, tagsSchema } from './operation.ts'

/** Hard limit of the service, per region. */
const maxKeyPairs = 3

export const ImportPlaybackKeyPair = operation(
  z.object({ publicKeyMaterial: z.string(), name: nameSchema.optional(), tags: tagsSchema.optional() }),
  ({ publicKeyMaterial, name, tags }, { state }) => {
    const publicKey = readPublicKey(publicKeyMaterial)
    const fingerprint = keyFingerprint(publicKey)
    if ([...state.playbackKeys.values()].some((key) => key.fingerprint === fingerprint)) {
      throw new IvsError('ConflictException', 'This public key was imported already')
    }
    if (state.playbackKeys.size >= maxKeyPairs) {
      throw new IvsError(
        'ServiceQuotaExceededException',
        `You have reached your playback key pair limit: ${maxKeyPairs}`,
      )
    }
    const key = {
      arn: state.newArn('playback-key').arn,
      name: name ?? '',
      fingerprint,
      publicKey,
      tags: tags ?? {},
    }
    state.playbackKeys.set(key.arn, key)
    return { keyPair: keyJson(key) }
  },
)

export const GetPlaybackKeyPair = operation(
  z.object({ arn: arnOf('playback-key') }),
  ({ arn }, { state }) => ({
    keyPair: keyJson(find(state, arn)),
  }),
)

export const ListPlaybackKeyPairs = operation(z.object(pageFields(100)), (input, { state }) => {
  const { items, nextToken } = page([...state.playbackKeys.values()], input, 100)
  const keyPairs = items.map(({ arn, name, tags }) => ({ arn, name, tags }))
  return { keyPairs, ...(nextToken ? { nextToken } : {}) }
})

export const DeletePlaybackKeyPair = operation(
  z.object({ arn: arnOf('playback-key') }),
  ({ arn }, { state }) => {
    state.playbackKeys.delete(find(state, arn).arn)
    return {}
  },
)

function readPublicKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyDetails?.namedCurve === 'secp384r1') return key
  } catch {
    // Not PEM: the same answer as for a key of another kind.
  }
  throw new IvsError(
    'ValidationException',
    'Invalid value for publicKeyMaterial: must be an ECDSA P-384 public key in PEM',
  )
}

function find(state: LocalState, arn: string): PlaybackKeyRecord {
  const key = state.playbackKeys.get(arn)
  if (key) return key
  throw new IvsError('ResourceNotFoundException', `Resource: ${arn} not found`)
}

function keyJson({ arn, name, fingerprint, tags }: PlaybackKeyRecord) {
  return { arn, name, fingerprint, tags }
}
