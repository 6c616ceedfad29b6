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
  const rule = ruleOf(value.currency, currencies, `${field}.currency`)
  const { minimum = 1n, maximum, step = 1n } = rule
  const refuse = (message: string) => {
    throw new PaymentError({ code: 'invalid_input', field: `${field}.amount`, message })
  }
  const written = (amount: bigint) => `${moneyToDecimal({ ...value, amount })} ${value.currency}`
  if (value.amount < minimum) refuse(`${written(value.amount)} is less than ${written(minimum)}.`)
  if (maximum !== undefined && value.amount > maximum) {
    refuse(`${written(value.amount)} is more than ${written(maximum)}.`)
  }
  if (value.amount % step !== 0n) {
    refuse(`${written(value.amount)} is no multiple of ${written(step)}, which the gateway asks for.`)
  }
  return rule
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
  const digits = exponentOf(currency) - ruleOf(currency, currencies, 'currency').exponent
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
