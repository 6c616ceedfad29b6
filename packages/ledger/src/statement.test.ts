import { expect, it } from 'vitest'
import { createLedger } from './create-ledger.ts'
import { memoryLedgerStore } from './memory-ledger-store.ts'
import { refundTransfer } from './refund-transfer.ts'
import type { StatementQuery } from './statement.ts'
import { sampleEarning } from './testing/index.ts'

const query: StatementQuery = {
  creatorId: 'ava',
  currency: 'USD',
  from: '2026-01-02T00:00:00.000Z',
  to: '2026-02-01T00:00:00.000Z',
}

function platform() {
  let time = '2026-01-01T00:00:00.000Z'
  const ledger = createLedger({ store: memoryLedgerStore(), clock: () => new Date(time) })
  const setTime = (next: string) => {
    time = next
  }
  return { ledger, setTime }
}

async function read(pieces: AsyncIterable<string>): Promise<string[]> {
  let text = ''
  for await (const piece of pieces) text += piece
  expect(text.endsWith('\r\n')).toBe(true)
  return text.split('\r\n').slice(0, -1)
}

it('goes from balance to balance by all that was booked in the period', async () => {
  const { ledger, setTime } = platform()
  await ledger.post(sampleEarning('t0'))
  setTime('2026-01-02T00:00:00.000Z')
  await ledger.post(sampleEarning('t1'))
  await ledger.post(sampleEarning('euro', { paid: { amount: 1000n, currency: 'EUR' } }))
  await ledger.post(sampleEarning('noa', { creatorId: 'noa' }))
  const refund = {
    key: 'refund:r1',
    amount: 400n,
    refundedBefore: 0n,
    gateway: { id: 'stripe', ref: 're_1' },
  }
  await ledger.post(refundTransfer(sampleEarning('t1'), { ...refund, occurredAt: '2026-01-02T00:00:00Z' }))
  setTime('2026-01-20T00:00:00.000Z')
  await ledger.payout({ key: 'p1', creatorId: 'ava', currency: 'USD', amount: 1000n })
  await ledger.completePayout('p1', { id: 'stripe', ref: 'po_1' })
  setTime('2026-02-01T00:00:00.000Z')
  await ledger.post(sampleEarning('t9'))

  const lines = await read(ledger.statement(query))
  const [day2, day20] = ['2026-01-02T00:00:00.000Z', '2026-01-20T00:00:00.000Z']
  const maturity = lines[4]?.split(',')[4]
  expect(maturity).toMatch(/^maturity:/)
  expect(lines).toEqual([
    'booked,happened,kind,reference,key,gross,fee,net,pending,reserved,available,in_transit,balance,currency',
    `${day2},,opening_balance,,,,,,,,,,850,USD`,
    `${day2},2026-01-01T00:00:00.000Z,earning,tip:t1,completion:t1,1000,150,850,850,0,0,0,1700,USD`,
    `${day2},${day2},refund,tip:t1,refund:r1,-400,-60,-340,-340,0,0,0,1360,USD`,
    `${day20},${day20},maturity,,${maturity},,,0,-1360,0,1360,0,1360,USD`,
    `${day20},${day20},payout,,p1,,,0,0,0,-1000,1000,1360,USD`,
    `${day20},${day20},payout_paid,,p1:settled,,,-1000,0,0,0,-1000,360,USD`,
    `2026-02-01T00:00:00.000Z,,closing_balance,,,,,,,,,,360,USD`,
  ])
})

it('comes in pieces, and keeps transfers whole that two pages share', async () => {
  const { ledger, setTime } = platform()
  setTime('2026-01-03T00:00:00.000Z')
  const reserve = { bps: 1000, availableAt: '2026-06-01T00:00:00.000Z' }
  const ids = Array.from({ length: 700 }, (_, index) => `t${index}`)
  await Promise.all(ids.map((id) => ledger.post(sampleEarning(id, { reserve }))))
  let pieces = 0
  async function* counted() {
    for await (const piece of ledger.statement(query)) {
      pieces += 1
      yield piece
    }
  }
  const lines = await read(counted())
  expect(lines.slice(2, -1).map((line) => line.split(',')[4])).toEqual(ids.map((id) => `completion:${id}`))
  expect(lines.slice(2, -1).every((line) => line.includes(',1000,150,850,765,85,0,0,'))).toBe(true)
  expect(lines.at(-1)).toContain(`,${700 * 850},USD`)
  expect(pieces).toBeGreaterThan(4)
})

it('writes amounts as it is told, and text so that no spreadsheet runs or splits it', async () => {
  const { ledger, setTime } = platform()
  setTime(query.from)
  await ledger.post(sampleEarning('t1', { reference: '=HYPERLINK("x"),1' }))
  const formatAmount = ({ amount }: { amount: bigint }) => (Number(amount) / 100).toFixed(2)
  const lines = await read(ledger.statement({ ...query, formatAmount }))
  expect(lines[2]).toContain(`,earning,"'=HYPERLINK(""x""),1",completion:t1,10.00,1.50,8.50,`)
})

it('is given up when its reader leaves, and refuses a period that is none', async () => {
  const { ledger } = platform()
  const leaving = AbortSignal.abort()
  await expect(read(ledger.statement({ ...query, signal: leaving }))).rejects.toThrow(
    expect.objectContaining({ code: 'aborted' }),
  )
  await expect(read(ledger.statement({ ...query, from: 'January' }))).rejects.toThrow(
    expect.objectContaining({ code: 'invalid_input', field: 'from' }),
  )
  await expect(read(ledger.statement({ ...query, to: '2025-12-31T00:00:00.000Z' }))).rejects.toThrow(
    expect.objectContaining({ code: 'invalid_input', field: 'to' }),
  )
})

it('shows nothing of a gateway whose id a creator has as well', async () => {
  const { ledger, setTime } = platform()
  const mine = { ...query, creatorId: 'stripe' }
  setTime('2026-01-03T00:00:00.000Z')
  await ledger.post(sampleEarning('t1'))
  expect(await read(ledger.statement(mine))).toHaveLength(3)
  expect(await ledger.balances('stripe')).toEqual([])
  await ledger.post(sampleEarning('own', { creatorId: 'stripe' }))
  const lines = await read(ledger.statement(mine))
  expect(lines.map((line) => line.split(',')[3]).filter((reference) => reference)).toEqual([
    'reference',
    'tip:own',
  ])
  expect(lines.at(-1)).toContain(',850,USD')
})
