import { creatorBalances } from './balances.ts'
import { batchCalls } from './batch-calls.ts'
import { decodeEntryCursor, encodeEntryCursor } from './entry-cursor.ts'
import { invalidInput, LedgerError } from './errors.ts'
import type { Booked, EntriesQuery, Ledger, LedgerOptions, PayoutInput, PayoutOutcome } from './ledger.ts'
import type { LedgerStore, PayoutOrder, PostResult } from './ledger-store.ts'
import { validateOptions } from './options.ts'
import { returnedPayout, settledPayout } from './payout-transfer.ts'
import { reversalTransfer } from './reversal-transfer.ts'
import { statementCsv } from './statement.ts'
import { type NewTransfer, postableKinds, type Transfer } from './transfer.ts'
import {
  requireObject,
  validateCurrency,
  validateGateway,
  validateText,
  validateTime,
  validateTransfer,
} from './validate-transfer.ts'
import { verify } from './verify.ts'

const maturityBatch = 5000

/**
 * Makes the books of a platform over a store.
 *
 * @throws {@link LedgerError} `invalid_input` for options that are none.
 *
 * @example
 * ```ts
 * import { createLedger, earningTransfer, memoryLedgerStore } from '@stagedoor/ledger'
 *
 * const ledger = createLedger({ store: memoryLedgerStore() })
 * await ledger.post(
 *   earningTransfer({
 *     key: 'completion:tip1',
 *     creatorId: 'ava',
 *     paid: { amount: 1000n, currency: 'USD' },
 *     feeBps: 1500,
 *     gateway: { id: 'stripe', ref: 'pi_1' },
 *     occurredAt: '2026-03-01T20:00:00Z',
 *     availableAt: '2026-03-08T20:00:00Z',
 *   }),
 * )
 * const [balance] = await ledger.balances('ava') // net 850n, fee 150n
 * ```
 */
export function createLedger(options: LedgerOptions): Ledger {
  const { store, batching = {}, clock = () => new Date() } = validateOptions(options)
  const now = () => clock().toISOString()
  const send = batchCalls({
    send: (transfers: readonly NewTransfer[]) => store.post(transfers, now()),
    options: batching,
  })

  const book = async (transfer: NewTransfer): Promise<Booked> => {
    validateTransfer(transfer)
    return bookedOrThrow(transfer, await send(transfer))
  }

  return {
    post: async (transfer) => {
      requireObject('transfer', transfer)
      if (!postableKinds.some((kind) => kind === transfer.kind)) {
        throw invalidInput('kind', `${transfer.kind} is booked by its own verb, not by post`)
      }
      if (transfer.reverses !== undefined) throw invalidInput('reverses', 'reversals are booked by reverse')
      return book(transfer)
    },
    reverse: async (key, how = {}) => {
      requireObject('options', how)
      const transfer = await required(store, key)
      return book(reversalTransfer(transfer, { ...how, occurredAt: how.occurredAt ?? now() }))
    },
    get: async (key) => {
      validateText('key', key)
      return store.get(key)
    },
    balances: async (creatorId) => {
      validateText('creatorId', creatorId)
      return creatorBalances(await store.totals({ owner: creatorId, at: now() }))
    },
    balance: async (wanted) => {
      requireObject('account', wanted)
      const { account, owner, currency } = wanted
      validateText('owner', owner)
      validateCurrency('currency', currency)
      const { totals } = await store.totals({ owner, at: now() })
      return totals.reduce(
        (sum, total) => (total.account === account && total.currency === currency ? sum + total.amount : sum),
        0n,
      )
    },
    listEntries: (query) => listEntries(store, query),
    mature: async (how = {}) => {
      requireObject('options', how)
      const { signal } = how
      const at = now()
      for (let holds = 0; ; ) {
        if (signal?.aborted) {
          throw new LedgerError({ code: 'aborted', message: 'Maturing was given up.', cause: signal.reason })
        }
        const moved = await store.mature({ at, limit: maturityBatch })
        holds += moved
        if (moved < maturityBatch) return { holds }
      }
    },
    payout: (input) => payout(store, input, now()),
    completePayout: async (key, gateway) => {
      validateGateway('gateway', gateway)
      return book(settledPayout(await requiredPayout(store, key), gateway, now()))
    },
    failPayout: async (key) => book(settledPayout(await requiredPayout(store, key), null, now())),
    returnPayout: async (key, gateway) => {
      validateGateway('gateway', gateway)
      const transfer = await requiredPayout(store, key)
      const settled = await store.get(`${key}:settled`)
      if (settled?.kind !== 'payout_paid') throw conflict(`${key} was not sent, so it cannot come back`)
      return book(returnedPayout(transfer, gateway, now()))
    },
    statement: (query) => statementCsv(store, query),
    takeSnapshots: async (how = {}) => {
      requireObject('options', how)
      const { minTail = 1000, limit = 100 } = how
      requireCount('minTail', minTail, 2)
      requireCount('limit', limit, 1)
      return store.takeSnapshots({ minTail, limit })
    },
    verify: (how = {}) => verify(store, how, clock()),
  }
}

function bookedOrThrow(given: NewTransfer, result: PostResult): Booked {
  if (result.outcome !== 'conflict') return result
  const { key } = result.transfer
  if (result.on === 'key') throw conflict(`${key} is in the books with other content`)
  throw conflict(`${given.gateway?.id} ${given.gateway?.ref} is in the books already, as ${key}`)
}

async function payout(store: LedgerStore, input: PayoutInput, at: string): Promise<PayoutOutcome> {
  requireObject('payout', input)
  const { key, creatorId, currency, minimum = 1n, reference } = input
  // Null is no amount: it must not become all that there is.
  const amount: PayoutOrder['amount'] = input.amount === undefined ? 'all' : input.amount
  validateText('key', key)
  validateText('creatorId', creatorId)
  validateCurrency('currency', currency)
  if (reference !== undefined) validateText('reference', reference)
  for (const [field, value] of Object.entries({ amount, minimum })) {
    if (value === 'all' || (typeof value === 'bigint' && value > 0n && value <= 10n ** 15n)) continue
    throw invalidInput(field, 'a bigint of minor units above zero, at most 10^15')
  }
  const order = { key, creatorId, currency, amount, minimum, occurredAt: at, recordedAt: at }
  const result = await store.payout({ ...order, ...(reference === undefined ? {} : { reference }) })
  if (result.outcome === 'conflict') throw conflict(`${key} is in the books with other content`)
  return result
}

async function listEntries(store: LedgerStore, query: EntriesQuery) {
  requireObject('query', query)
  const { cursor, limit = 50, ...filters } = query
  validateText('owner', filters.owner)
  requireCount('limit', limit, 1)
  if (limit > 500) throw invalidInput('limit', 'at most 500')
  if (filters.from !== undefined) validateTime('from', filters.from)
  if (filters.to !== undefined) validateTime('to', filters.to)
  const after = cursor === undefined ? {} : { after: decodeEntryCursor(cursor) }
  // One more, to know whether there is a next page.
  const found = await store.listEntries({ ...filters, ...after, order: 'newest', limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > limit && last ? encodeEntryCursor(last) : null }
}

async function required(store: LedgerStore, key: string): Promise<Transfer> {
  validateText('key', key)
  const transfer = await store.get(key)
  if (transfer) return transfer
  throw new LedgerError({ code: 'not_found', message: `There is no transfer ${key}.` })
}

async function requiredPayout(store: LedgerStore, key: string): Promise<Transfer> {
  const transfer = await required(store, key)
  if (transfer.kind === 'payout') return transfer
  throw new LedgerError({ code: 'not_found', message: `${key} is a ${transfer.kind}, not a payout.` })
}

function requireCount(field: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) throw invalidInput(field, `a whole number from ${least}`)
}

function conflict(what: string): LedgerError {
  return new LedgerError({ code: 'conflict', message: `${what}. Nothing was booked.` })
}
