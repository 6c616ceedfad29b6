import type { CurrencyRule, GatewayCapabilities } from './capabilities.ts'
import { PaymentError } from './errors.ts'
import { exponentOf, type Money, money } from './money.ts'
import { moneyToDecimal } from './money-text.ts'

type Currencies = GatewayCapabilities['currencies']

/**
 * Checks a positive amount against the gateway's rules for its currency.
 *
 * @throws {@link PaymentError} `unsupported` for a currency it has not, `invalid_input` for an amount.
 */
export function checkAmount(value: Money, currencies: Currencies, field: string): CurrencyRule {
  if (typeof value?.amount !== 'bigint') {
    const message = 'An amount is { amount, currency }: a bigint of minor units and a code of ISO 4217.'
    throw new PaymentError({ code: 'invalid_input', field: `${field}.amount`, message })
  }
  const rule = ruleOf(value.currency, currencies, `${field}.currency`)
  const { minimum = 1n, maximum } = rule
  if (value.amount < minimum) throw refused(value, `less than ${written(value, minimum)}`, field)
  if (maximum !== undefined && value.amount > maximum) {
    throw refused(value, `more than ${written(value, maximum)}`, field)
  }
  checkStep(value, currencies, field)
  return rule
}

/**
 * Checks that the gateway can say the amount at all, however small it is.
 *
 * @throws {@link PaymentError} as {@link checkAmount}.
 */
export function checkStep(value: Money, currencies: Currencies, field: string): void {
  const { step = 1n } = ruleOf(value.currency, currencies, `${field}.currency`)
  if (value.amount % step === 0n) return
  throw refused(value, `no multiple of ${written(value, step)}, which the gateway asks for`, field)
}

function written(value: Money, amount: bigint): string {
  return `${moneyToDecimal({ ...value, amount })} ${value.currency}`
}

function refused(value: Money, why: string, field: string): PaymentError {
  const message = `${written(value, value.amount)} is ${why}.`
  return new PaymentError({ code: 'invalid_input', field: `${field}.amount`, message })
}

/** The amount in the gateway's own minor units. @throws {@link PaymentError} `invalid_input` when it cannot say it. */
export function toGatewayAmount(value: Money, currencies: Currencies, field = 'amount'): bigint {
  const digits = ruleOf(value.currency, currencies, `${field}.currency`).exponent - exponentOf(value.currency)
  return rescale(value.amount, digits, value.currency, field)
}

/** The amount that the gateway says in its own minor units. */
export function fromGatewayAmount(
  amount: bigint | number,
  currencyCode: string,
  currencies: Currencies,
): Money {
  const currency = currencyCode.toUpperCase()
  const { exponent } = ruleOf(currency, currencies, 'currency')
  const digits = exponentOf(currency) - exponent
  return money(rescale(money(amount, currency).amount, digits, currency, 'amount'), currency)
}

function rescale(amount: bigint, digits: number, currency: string, field: string): bigint {
  const factor = 10n ** BigInt(Math.abs(digits))
  if (digits >= 0) return amount * factor
  if (amount % factor === 0n) return amount / factor
  throw new PaymentError({
    code: 'invalid_input',
    field,
    message: `${amount} minor units of ${currency} cannot be said without rounding.`,
    fix: `Use a multiple of ${factor}.`,
  })
}

function ruleOf(currency: string, currencies: Currencies, field: string): CurrencyRule {
  const rule = Object.hasOwn(currencies, currency) ? currencies[currency] : undefined
  if (rule) return rule
  throw new PaymentError({
    code: 'unsupported',
    field,
    message: `The gateway takes no ${currency}.`,
    fix: 'See capabilities.currencies.',
  })
}
