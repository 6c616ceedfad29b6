import { StreamingError } from '@stagedoor/streaming-core'

/** An exact decimal number: `units / 10 ** scale`. */
export interface Decimal {
  readonly units: bigint
  readonly scale: number
}

/** Reads a number as it is written: 0.1 is a tenth, and no binary fraction. Not negative. */
export function decimal(value: string | number): Decimal {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))
  if (!match) {
    throw new StreamingError({
      code: 'invalid_input',
      provider: 'ivs',
      message: `"${value}" is no amount: pass a finite number, 0 or more.`,
    })
  }
  const [, whole = '', fraction = '', exponent = '0'] = match
  const scale = fraction.length - Number(exponent)
  const units = BigInt(whole + fraction)
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale }
}

/** The exact product. */
export function multiply(...factors: readonly Decimal[]): Decimal {
  return factors.reduce(
    (left, right) => ({ units: left.units * right.units, scale: left.scale + right.scale }),
    { units: 1n, scale: 0 },
  )
}

/** The nearest whole number; an exact half goes up. */
export function roundHalfUp({ units, scale }: Decimal): bigint {
  const one = 10n ** BigInt(scale)
  return (2n * units + one) / (2n * one)
}

/** The nearest number of JavaScript, for display. */
export function toNumber({ units, scale }: Decimal): number {
  return Number(`${units}e-${scale}`)
}
