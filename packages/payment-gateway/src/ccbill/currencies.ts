import type { CurrencyRule } from '../capabilities.ts'

/** CCBill's currencies by ISO number. The numbers stay strings: 036 is no 36, and an octal 30 in some languages. */
const numbers = { USD: '840', EUR: '978', GBP: '826', CAD: '124', AUD: '036', JPY: '392' } as const

/**
 * CCBill's default limits of dynamic pricing, 2.95 to 100.00 of a currency, which its support raises
 * (https://kb.ccbill.com). Prices have two decimals, those in yen too, which then are zeros.
 */
export const ccbillCurrencies: Readonly<Record<string, CurrencyRule>> = {
  USD: { exponent: 2, minimum: 295n, maximum: 10_000n },
  EUR: { exponent: 2, minimum: 295n, maximum: 10_000n },
  GBP: { exponent: 2, minimum: 295n, maximum: 10_000n },
  CAD: { exponent: 2, minimum: 295n, maximum: 10_000n },
  AUD: { exponent: 2, minimum: 295n, maximum: 10_000n },
  JPY: { exponent: 2, minimum: 295n, maximum: 10_000n },
}

/** `840` of USD. */
export function currencyNumber(code: string): string {
  return Object.entries(numbers).find(([known]) => known === code)?.[1] ?? ''
}

/** `AUD` of `036`, and of the 36 that a JSON number made of it. */
export function currencyOfNumber(number: string): string | undefined {
  const padded = number.padStart(3, '0')
  return Object.entries(numbers).find(([, known]) => known === padded)?.[0]
}
