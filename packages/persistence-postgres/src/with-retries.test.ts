import { expect, it } from 'vitest'
import { withRetries } from './with-retries.ts'

const failure = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })

/** Fails with each error in turn, then answers how often it was called. */
function failing(...errors: Error[]) {
  let calls = 0
  return async () => {
    const error = errors[calls++]
    if (error) throw error
    return calls
  }
}

it.each([
  ['a serialization failure', failure('40001')],
  ['a deadlock', failure('40P01')],
  ['an event that another took into the inbox', failure('23505', { constraint: 'inbox_pkey' })],
])('runs a statement again after %s', async (_, error) => {
  await expect(withRetries(failing(error, error), { firstWaitMs: 1 })).resolves.toBe(3)
})

it.each([
  ['a lost connection, as the statement may have been done', failure('57P01')],
  ['another unique key', failure('23505', { constraint: 'streams_one_open' })],
  ['a socket that closed', failure('ECONNRESET')],
  ['an error without a code', new Error('Connection terminated unexpectedly')],
])('does not run it again after %s', async (_, error) => {
  await expect(withRetries(failing(error), { firstWaitMs: 1 })).rejects.toBe(error)
})

it('gives up with the last error', async () => {
  const errors = ['1', '2', '3', '4'].map((place) => failure('40001', { place }))
  await expect(withRetries(failing(...errors), { attempts: 3, firstWaitMs: 1 })).rejects.toBe(errors[2])
})
