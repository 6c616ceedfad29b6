/**
 * A test for addresses of an IPv4 range such as `64.38.212.0/24`, or `null` when it is none. IPv4 that came over IPv6
 * (`::ffff:64.38.212.1`) counts as what it is.
 */
export function parseRange(range: string): ((address: string) => boolean) | null {
  const [base = '', length = '32'] = range.split('/', 2)
  const start = toNumber(base)
  const bits = Number(length)
  if (start === null || !/^\d{1,2}$/.test(length) || bits > 32) return null
  const size = 2 ** (32 - bits)
  if (start % size !== 0) return null
  return (address) => {
    const number = toNumber(address.replace(/^::ffff:/i, ''))
    return number !== null && number >= start && number < start + size
  }
}

function toNumber(address: string): number | null {
  const parts = address.split('.')
  // Leading zeros are octal to some.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return null
  }
  return parts.reduce((number, part) => number * 256 + Number(part), 0)
}
