import { PaymentError } from './errors.ts'

/**
 * Refuses text in which somebody wrote a card number: 13 to 19 digits, spaces and dashes between them allowed, that begin
 * like a card's and pass the check digit. What never enters this process needs no protection here (PCI DSS). All texts
 * of charges and refunds go through it; use it for what payers write besides, such as the message of a tip.
 *
 * @param text - What somebody wrote. One text in ten of so many random digits is refused as well.
 * @param field - Where it was written, for {@link PaymentError.field}.
 * @throws {@link PaymentError} `invalid_input`; its message does not repeat the number.
 * @example
 * ```ts
 * import { refuseCardNumber } from '@stagedoor/payment-gateway'
 *
 * refuseCardNumber('Great show!', 'message')
 * ```
 */
export function refuseCardNumber(text: string, field: string): void {
  for (const [run] of text.matchAll(/(?<!\d)[2-6](?:[ -]?\d){12,18}(?!\d)/g)) {
    if (!passesCheckDigit(run.replace(/\D/g, ''))) continue
    throw new PaymentError({
      code: 'invalid_input',
      field,
      message: 'This looks like a card number.',
      fix: 'Let the gateway’s own form or page take cards, and pass the token it gives.',
    })
  }
}

/** The check of Luhn (ISO/IEC 7812-1). */
function passesCheckDigit(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
