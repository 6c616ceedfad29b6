import { describe, expect, it } from 'vitest'
import { refuseCardNumber } from './card-number.ts'

describe('refuseCardNumber', () => {
  it.each([
    '4242424242424242',
    'my card: 4242 4242 4242 4242, thanks',
    '5555-5555-5555-4444',
    '378282246310005',
    '6011111111111117.',
  ])('refuses %s', (text) => {
    expect(() => refuseCardNumber(text, 'description')).toThrow('looks like a card number')
  })

  it.each([
    '4242424242424241',
    'order 925014201000000206',
    '1 000 000 000 000 000',
    '424242424242',
    '2026-11-22 10:30:00',
    '42424242424242424242424242424242',
    'tok_4242abcd42424242',
  ])('lets %s pass', (text) => {
    expect(() => refuseCardNumber(text, 'description')).not.toThrow()
  })
})
