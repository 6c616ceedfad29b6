import { once } from 'node:events'
import { createServer } from 'node:net'
import { StreamingError } from '@stagedoor/streaming-core'
import { expect, it } from 'vitest'
import { isTaken, mapFirestoreError } from './errors.ts'
import { firestoreStreamStore } from './firestore-stream-store.ts'
import { emulatorAt } from './google-emulator.fixture.ts'
import { grpcError } from './wrapped-client.fixture.ts'

it.each([
  [4, 'DEADLINE_EXCEEDED', 'provider_unavailable', 'Try again'],
  [5, 'NOT_FOUND', 'internal', 'Native mode'],
  [7, 'PERMISSION_DENIED', 'internal', 'roles/datastore.user'],
  [8, 'RESOURCE_EXHAUSTED', 'rate_limited', 'quota'],
  [9, 'FAILED_PRECONDITION', 'internal', 'firestore.indexes.json'],
  [10, 'ABORTED', 'provider_unavailable', 'Too many writers'],
  [14, 'UNAVAILABLE', 'provider_unavailable', 'FIRESTORE_EMULATOR_HOST'],
  [16, 'UNAUTHENTICATED', 'internal', 'credentials'],
])('maps status %i %s to %s and names the fix', (status, name, code, fix) => {
  const cause = grpcError(status, `${status} ${name}: what happened.`)
  const error = mapFirestoreError('list', cause)
  expect(error).toMatchObject({ code, provider: 'firestore', cause })
  expect(error.message).toMatch(`Firestore list failed with ${name}: what happened. `)
  expect(error.message).toContain(fix)
})

it('keeps the link that makes a missing index', () => {
  const link = 'https://console.firebase.google.com/v1/r/project/p/firestore/indexes?create_composite=C1'
  const error = mapFirestoreError(
    'list',
    grpcError(9, `9 FAILED_PRECONDITION: The query requires an index: ${link}`),
  )
  expect(error.message).toContain(link)
})

it('passes on an error of the core, and tells credentials from the rest', () => {
  const own = new StreamingError({ code: 'invalid_input', message: 'no' })
  expect(mapFirestoreError('get', own)).toBe(own)
  const missing = mapFirestoreError('get', new Error('Could not load the default credentials.'))
  expect(missing).toMatchObject({ code: 'internal' })
  expect(missing.message).toContain('GOOGLE_APPLICATION_CREDENTIALS')
  expect(mapFirestoreError('get', 'text')).toMatchObject({ code: 'internal' })
  expect([isTaken(grpcError(6)), isTaken(grpcError(5)), isTaken(new Error())]).toEqual([true, false, false])
})

it('gives up on a server that never answers, and says that it is not known what was done', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const client = emulatorAt(`127.0.0.1:${port}`, async () => {}).client()
  const store = firestoreStreamStore(client, { timeoutSeconds: 0.2 })
  const calls = [
    store.get('s'),
    store.list({ limit: 1 }),
    store.isViewerDenied('s', 'u'),
    store.recordInbox({ adapterId: 'a', eventId: 'e' }, '2026-01-01T00:00:00.000Z'),
    store.meter({ streamId: 's', viewers: 1, at: '2026-01-01T00:00:00.000Z' }),
    store.completeIdempotencyKey('k', 1),
  ]
  for (const result of await Promise.allSettled(calls)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'provider_unavailable' } })
    expect(String(result.status === 'rejected' && result.reason)).toMatch(
      'did not answer within 0.2 s; whether it was',
    )
  }
  // Not terminate(), which waits for the answers that do not come.
  silent.close()
})

it('refuses options that cannot work, and names them', () => {
  const client = emulatorAt('127.0.0.1:1', async () => {}).client()
  const optionsOf: [object, string][] = [
    [{ timeoutSeconds: -1 }, 'timeoutSeconds'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds'],
    [{ writeIntervalSeconds: Number.NaN }, 'writeIntervalSeconds'],
    [{ publicViewersSeconds: Number.POSITIVE_INFINITY }, 'publicViewersSeconds'],
    [{ publicCollection: 'a/b' }, 'publicCollection'],
    [{ privatePrefix: '' }, 'privatePrefix'],
    // Else what is closed to viewers would be written where they read.
    [{ privatePrefix: 'x', publicCollection: 'xstreams' }, 'publicCollection'],
  ]
  for (const [options, field] of optionsOf) {
    expect(() => firestoreStreamStore(client, options)).toThrow(
      expect.objectContaining({ code: 'invalid_input', field }),
    )
  }
})
