import { PaymentError } from './errors.ts'

/** Digits with at most three spaces, dashes, dots or characters that nobody sees between them, as many as a card has or more. */
const runs = /\d(?:[\s\p{Pd}\p{Cf}./_]{0,3}\d){12,}/gu

/** What may stand between the groups of a card number: all but letters and digits, what nobody sees, and the letter x. */
const mark = String.raw`(?:[^\p{L}\p{N}]|\p{DI}|[xX]){1,3}`

/** Groups as on a card, or digit by digit. Other lists of numbers, such as of times and amounts, are not looked at closer. */
const marked = new RegExp(
  [
    String.raw`(?<!\d)\d{4}(?:${mark}\d{4}){2,3}(?:${mark}\d{1,4})?(?!\d)`,
    String.raw`(?<!\d)\d{4}${mark}\d{6}${mark}\d{4,5}(?!\d)`,
    String.raw`(?<!\d)\d(?:${mark}\d(?!\d)){12,18}`,
  ].join('|'),
  'gu',
)

/** How numbers of cards begin, and how long they are (ISO/IEC 7812, as the networks use it). */
const cards =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14,17}|3[47]\d{13}|3[05689]\d{12,17}|(?:50|5[6-9]|6\d)\d{11,17})$/

/**
 * Refuses text in which somebody wrote a card number: 13 to 19 digits, spaces and dashes between them allowed, that begin
 * like a card's and pass the check digit, also with a date or a code beside them. What never enters this process needs no
 * protection here (PCI DSS). All texts of charges and refunds go through it; use it for what payers write besides, such as
 * the message of a tip.
 *
 * @param text - What somebody wrote. Of other numbers that look like a card's, one in ten is refused as well.
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
  const latin = inLatinDigits(text)
  for (const [run] of [...latin.matchAll(runs), ...latin.matchAll(marked)]) {
    if (!holdsCard(run)) continue
    throw new PaymentError({
      code: 'invalid_input',
      field,
      message: 'This looks like a card number.',
      fix: 'Let the gateway’s own form or page take cards, and pass the token it gives.',
    })
  }
}

/** The text with the digits of all scripts as 0 to 9: Unicode has those of each in ten places after one another. */
function inLatinDigits(text: string): string {
  // Keyboards of East Asia write digits of full width.
  return text.normalize('NFKC').replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    let value = 0
    while (value < 9 && isDigit((digit.codePointAt(0) ?? 0) - value - 1)) value++
    return `${value}`
  })
}

function isDigit(codePoint: number): boolean {
  return /^\p{Nd}$/u.test(String.fromCodePoint(codePoint))
}

/** Whether some of the groups of digits in a row are a card: beside it there may be a date, a code or an amount. */
function holdsCard(run: string): boolean {
  const groups = run.split(/\D+/)
  for (let first = 0; first < groups.length; first++) {
    let digits = ''
    for (let last = first; last < groups.length && digits.length <= 19; last++) {
      digits += groups[last]
      if (cards.test(digits) && passesCheckDigit(digits)) return true
    }
  }
  return false
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
