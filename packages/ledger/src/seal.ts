import type { Transfer } from './transfer.ts'

/**
 * What was in the books before a time, in a few bytes. Kept where nobody can write who can write the books, it proves
 * later that no transfer of then was changed, added or taken away.
 */
export interface Seal {
  /** ISO 8601, UTC. Transfers booked before this time. */
  readonly before: string
  /** How many they are. */
  readonly transfers: number
  /** Names their content. A digest of one kind of store says nothing to another kind. */
  readonly digest: string
}

const linesAtOnce = 500

/**
 * Seals transfers by a chain of SHA-256, for stores without a query language for it.
 *
 * @param transfers - In the order of `seq`. Those that were booked at `before` or later are left out.
 */
export async function sealTransfers(transfers: readonly Transfer[], before: string): Promise<Seal> {
  const end = Date.parse(before)
  const sealed = transfers.filter(({ recordedAt }) => Date.parse(recordedAt) < end)
  let digest = ''
  for (let start = 0; start < sealed.length; start += linesAtOnce) {
    const lines = sealed.slice(start, start + linesAtOnce).map(lineOf)
    digest = await sha256(`${digest}\n${lines.join('\n')}`)
  }
  return { before, transfers: sealed.length, digest }
}

function lineOf(transfer: Transfer): string {
  const { seq, key, kind, occurredAt, recordedAt, reference, gateway, reverses, entries } = transfer
  const time = (iso: string | undefined) => (iso === undefined ? null : Date.parse(iso))
  return JSON.stringify([
    ...[seq, key, kind, time(occurredAt), time(recordedAt)],
    ...[reference ?? null, gateway?.id ?? null, gateway?.ref ?? null, reverses ?? null],
    entries.map(({ account, owner, currency, amount, availableAt }) => [
      ...[account, owner, currency, `${amount}`, time(availableAt)],
    ]),
  ])
}

async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
