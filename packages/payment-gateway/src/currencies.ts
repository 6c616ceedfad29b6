/**
 * Active currencies of ISO 4217, grouped by the digits of their minor unit. Source: list one of the maintenance agency
 * (SIX, https://www.six-group.com/en/products-services/financial-information/data-standards.html), as of 2026-01-01:
 * with XCG, SLE, VED and ZWG, without ANG, BGN, CUC and HRK. Funds, metals and test codes are left out: nobody is paid
 * in them. Withdrawn codes are missing on purpose, as a charge in one can only be a mistake.
 */
const codesByExponent: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
    CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS
    KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD
    PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
}

/** The date of {@link currencyExponents}, which changes when ISO amends the list. */
export const currenciesAsOf = '2026-01-01'

/** Currency code to the digits of its minor unit: USD 2, JPY 0, KWD 3. A gateway may count differently. */
export const currencyExponents: Readonly<Record<string, number>> = Object.freeze(
  Object.fromEntries(
    Object.entries(codesByExponent).flatMap(([exponent, codes]) =>
      codes.split(/\s+/).map((code) => [code, Number(exponent)] as const),
    ),
  ),
)

/** Tells whether ISO 4217 has the currency. Codes are upper case. */
export function isCurrency(code: string): boolean {
  return Object.hasOwn(currencyExponents, code)
}
