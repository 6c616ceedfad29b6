import { describe, expect, it } from 'vitest'
import { refuseCardNumber } from './card-number.ts'

describe('refuseCardNumber', () => {
  it.each([
    '4242424242424242',
    'my card: 4242 4242 4242 4242, thanks',
    '5555-5555-5555-4444',
    '378282246310005',
    '6011111111111117.',
    // With what is written beside it.
    '4242 4242 4242 4242 12/30 123',
    '4242424242424242 123',
    'take 5 4242 4242 4242 4242',
    '2 cards: 1 4242424242424242 2 5555555555554444',
    // As programs and keyboards write it.
    '4242.4242.4242.4242',
    '4242\u00a04242\u00a04242\u00a04242',
    '4242  4242  4242  4242',
    '4242–4242–4242–4242',
    '４２４２ ４２４２ ４２４２ ４２４２',
    '4242\n4242\n4242\n4242',
    '4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2',
    '4242,4242,4242,4242',
    '4242\u00ad4242\u00ad4242\u00ad4242',
    '4242\u200b4242\ufeff4242\u20604242',
    '4242:4242;4242|4242',
    '4242·4242•4242*4242',
    '٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢',
    '४२४२ ४२४२ ४२४२ ४२४२',
    '𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐𝟒𝟐',
    '5555, 5555, 5555, 4444',
    '3782,822463,10005',
    '3782*822463*10005',
    '4,2,4,2,4,2,4,2,4,2,4,2,4,2,4,2',
    '4242=4242=4242=4242',
    '4242x4242x4242x4242',
    '4242💳4242💳4242💳4242',
    '4242\u31644242\u28004242\ufe0f4242',
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
    '20261122103009',
    'call me: +44 20 7946 0958',
    '10, 20, 30, 40, 50, 60, 70',
    '12:30, 14:45, 16:00, 18:15',
    '٢٠٢٦/١١/٢٢ ١٠:٣٠',
    '1. 2. 3. 4. 5. 6. 7. 8. 9. 10. 11',
    '1920x1080, 3840x2160, 1280x720',
    '',
  ])('lets %s pass', (text) => {
    expect(() => refuseCardNumber(text, 'description')).not.toThrow()
  })

  it('says which field it was, and does not repeat the number', () => {
    try {
      refuseCardNumber('4242 4242 4242 4242', 'message')
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_input', field: 'message' })
      expect(`${error} ${JSON.stringify(error)}`).not.toContain('4242')
    }
  })
})
