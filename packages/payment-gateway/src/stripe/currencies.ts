import type { CurrencyRule } from '../capabilities.ts'
import { currencyExponents } from '../currencies.ts'

/**
 * Where Stripe counts otherwise than ISO 4217 (https://docs.stripe.com/currencies): ISK in hundredths that must be whole
 * krónur, MGA in whole ariary, currencies of three digits with a last digit of zero. UGX is left out, as sources
 * contradict each other on its digits, and a wrong guess charges a hundredfold.
 */
const special: Readonly<Record<string, CurrencyRule | null>> = {
  ISK: { exponent: 2 },
  MGA: { exponent: 0, step: 100n },
  BHD: { exponent: 3, step: 10n },
  JOD: { exponent: 3, step: 10n },
  KWD: { exponent: 3, step: 10n },
  OMR: { exponent: 3, step: 10n },
  TND: { exponent: 3, step: 10n },
  UGX: null,
  // Not settled by Stripe with three digits; it would be ours against theirs.
  IQD: null,
  LYD: null,
}

/** At most eight digits, and at least 50 US cents; Stripe knows the minimum of each other currency better. */
const maximum = 99_999_999n

/** The rules of Stripe. A currency that an account may not use is declined by Stripe itself. */
export const stripeCurrencies: Readonly<Record<string, CurrencyRule>> = Object.fromEntries(
  Object.entries(currencyExponents).flatMap(([code, exponent]) => {
    const rule = special[code]
    if (rule === null) return []
    // Limits are in minor units of ISO 4217, Stripe's eight digits in its own.
    const digits = (rule?.exponent ?? exponent) - exponent
    const limit = digits >= 0 ? maximum / 10n ** BigInt(digits) : maximum * 10n ** BigInt(-digits)
    return [
      [code, { ...(rule ?? { exponent }), maximum: limit, ...(code === 'USD' && { minimum: 50n }) }] as const,
    ]
  }),
)
