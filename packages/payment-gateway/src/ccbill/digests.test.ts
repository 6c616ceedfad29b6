import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redacted } from '../redacted.ts'
import { account, salt } from './ccbill-set-up.fixture.ts'
import { approvalDigest, formDigest, orderCheck, sameText } from './digests.ts'
import { md5Hex } from './md5.ts'

const secret = redacted(salt)

describe('the digests of CCBill', () => {
  // https://ccbill.com/doc/formdigest-value and https://ccbill.com/doc/dynamic-pricing-flexforms
  it('agree with the vectors that CCBill publishes', () => {
    const single = { initialPrice: '10.00', initialPeriod: 30, currencyCode: '840' }
    expect(formDigest(single, secret)).toBe('a7459445d0e5dc0963fe736dc5cf900b')
    const recurring = { recurringPrice: '10.00', recurringPeriod: 30, numRebills: 99 }
    expect(formDigest({ ...single, recurring }, secret)).toBe('48f0b12e4307e64edb781c479665c899')
  })

  it('are MD5, of texts of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(md5Hex(text)).toBe(createHash('md5').update(text, 'utf8').digest('hex'))
      }),
      { numRuns: 300 },
    )
    for (const length of [55, 56, 57, 63, 64, 65, 119, 120]) {
      const text = 'x'.repeat(length)
      expect(md5Hex(text), String(length)).toBe(createHash('md5').update(text).digest('hex'))
    }
  })

  it('tell an approved sale by its id and the salt', () => {
    const expected = createHash('md5').update(`9250142010000002061${salt}`).digest('hex')
    expect(approvalDigest('925014201000000206', secret)).toBe(expected)
  })

  it('bind our reference to kind, amount and currency', async () => {
    const order = { merchantRef: 'tip_1', kind: 'tip', amount: 1000n, currency: 'USD' } as const
    const all = await Promise.all([
      orderCheck(order, secret),
      orderCheck({ ...order, merchantRef: 'tip_2' }, secret),
      orderCheck({ ...order, kind: 'subscription' }, secret),
      orderCheck({ ...order, amount: 999n }, secret),
      orderCheck({ ...order, currency: 'EUR' }, secret),
      orderCheck(order, redacted('another-salt')),
    ])
    expect(new Set(all).size).toBe(all.length)
    expect(await orderCheck(order, secret)).toBe(all[0])
    expect(all[0]).not.toContain(account.clientAccnum)
  })

  it('are compared in full', () => {
    expect(sameText('abc', 'abc')).toBe(true)
    for (const [left, right] of [
      ['abc', 'abd'],
      ['ab', 'abc'],
      ['abcd', 'abc'],
      ['', 'abc'],
    ] as const) {
      expect(sameText(left, right), `${left} ${right}`).toBe(false)
    }
  })
})
