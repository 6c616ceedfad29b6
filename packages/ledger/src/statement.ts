import { type Account, type AccountKind, creatorAccounts } from './account.ts'
import { invalidInput, LedgerError } from './errors.ts'
import type { BookedEntry, EntryPosition, LedgerStore } from './ledger-store.ts'
import type { Money } from './money.ts'
import { requireObject, validateCurrency, validateText, validateTime } from './validate-transfer.ts'

/** Which statement. */
export interface StatementQuery {
  readonly creatorId: string
  readonly currency: string
  /** ISO 8601, UTC. Transfers booked at this time or later. */
  readonly from: string
  /** ISO 8601, UTC. Transfers booked before this time. */
  readonly to: string
  /**
   * Writes an amount; minor units when absent, as how many digits a currency has is no business of the ledger. Negative
   * amounts come with a minus sign.
   */
  readonly formatAmount?: (money: Money) => string
  readonly signal?: AbortSignal
}

const columns = [
  'booked',
  'happened',
  'kind',
  'reference',
  'key',
  'gross',
  'fee',
  'net',
  'pending',
  'reserved',
]
const heading = [...columns, 'available', 'in_transit', 'balance', 'currency']
const pageSize = 500

/** What a statement shows. A gateway may have the same id as a creator, and its accounts are nobody's statement. */
const shownAccounts: readonly AccountKind[] = [...creatorAccounts, 'platform_revenue']

/** Kinds of which the platform has or gives back a part. */
const hasFee: readonly string[] = ['earning', 'refund', 'refund_failed', 'dispute', 'dispute_reinstated']

/**
 * A creator's statement as CSV (RFC 4180), in pieces: an opening balance, a line for each transfer in the order of
 * booking, and the closing balance. Reads page by page, so its length does not matter.
 *
 * A line says what the transfer changed: `net` in all, and in which of the creator's accounts. `balance` is what the
 * platform owes the creator after it. It shows the accounts of creators alone, whatever else the id names. The statement of a period that is over does not change, but for transfers that were
 * being written at its end: ask some seconds later.
 *
 * @throws {@link LedgerError} `invalid_input`, `aborted`, and what the store throws.
 */
export async function* statementCsv(store: LedgerStore, query: StatementQuery): AsyncGenerator<string, void> {
  requireObject('query', query)
  const { creatorId, currency, from, to, signal } = query
  validateText('creatorId', creatorId)
  validateCurrency('currency', currency)
  validateTime('from', from)
  validateTime('to', to)
  if (Date.parse(to) < Date.parse(from)) throw invalidInput('to', `${to} is before ${from}`)
  const format = (amount: bigint) => query.formatAmount?.({ amount, currency }) ?? `${amount}`
  const { totals } = await store.totals({ owner: creatorId, at: from, before: from })
  let balance = totals.reduce(
    (sum, total) => (total.currency === currency && isOwed(total) ? sum + total.amount : sum),
    0n,
  )
  const balanceLine = (at: string, kind: string) => [
    ...[at, '', kind, ...Array.from({ length: 9 }, () => '')],
    ...[format(balance), currency],
  ]
  yield csvLine(heading) + csvLine(balanceLine(from, 'opening_balance'))
  for await (const page of transferPages(store, query, signal)) {
    const lines = page.map((entries) => {
      const sum = (...accounts: string[]) =>
        entries.reduce((all, { account, amount }) => (accounts.includes(account) ? all + amount : all), 0n)
      const parts = creatorAccounts.map((account) => sum(account))
      const [net, fee] = [sum(...creatorAccounts), sum('platform_revenue')]
      balance += net
      const [first] = entries
      if (!first) return ''
      const texts = [first.recordedAt, first.occurredAt, first.kind, first.reference ?? '', first.key]
      const split = hasFee.includes(first.kind) ? [format(net + fee), format(fee)] : ['', '']
      const amounts = [net, ...parts, balance].map(format)
      return csvLine([...texts.map(harmless), ...split, ...amounts, currency])
    })
    yield lines.join('')
  }
  yield csvLine(balanceLine(to, 'closing_balance'))
}

function isOwed({ account }: Account): boolean {
  return creatorAccounts.includes(account)
}

/** The creator's entries by transfer, some transfers at a time. */
async function* transferPages(
  store: LedgerStore,
  { creatorId, currency, from, to }: StatementQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly (readonly BookedEntry[])[], void> {
  let begun: BookedEntry[] = []
  for (let after: EntryPosition | undefined; ; ) {
    if (signal?.aborted) {
      throw new LedgerError({ code: 'aborted', message: 'The statement was given up.', cause: signal.reason })
    }
    const filters = { owner: creatorId, accounts: shownAccounts, currency, from, to } as const
    const query = { ...filters, order: 'oldest', limit: pageSize } as const
    const entries = await store.listEntries({ ...query, ...(after ? { after } : {}) })
    const whole: (readonly BookedEntry[])[] = []
    for (const entry of entries) {
      // A transfer may go on in the next page.
      if (begun[0] && begun[0].seq !== entry.seq) {
        whole.push(begun)
        begun = []
      }
      begun.push(entry)
    }
    const isLast = entries.length < pageSize
    if (isLast && begun.length > 0) whole.push(begun)
    if (whole.length > 0) yield whole
    if (isLast) return
    after = entries.at(-1)
  }
}

/** A spreadsheet would run text that begins like a formula. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`
}
