import type { CurrencyRule, GatewayCapabilities } from '../capabilities.ts'
import { PaymentError } from '../errors.ts'
import { type Redacted, redacted } from '../redacted.ts'
import { parseRange } from './address-range.ts'
import { ccbillCurrencies } from './currencies.ts'

/** Options of {@link ccbill}. */
export interface CcbillOptions {
  /** Account number, six digits. */
  readonly clientAccnum: string
  /** Sub-account, four digits. */
  readonly clientSubacc: string
  /** Of the FlexForms form. */
  readonly flexId: string
  /** The sub-account's salt for digests, from CCBill's support. */
  readonly salt: string
  /**
   * CCBill has no test keys: `test` sends payers to its sandbox, and needs accounts of it. What is live is refused in test
   * mode, and the reverse; DataLink has no sandbox, so test mode takes it only with an origin of your own.
   */
  readonly mode: 'test' | 'live'
  /** Default `ccbill`. */
  readonly id?: string
  /** Days that a single payment is said to last, as forms want a period. Default 30. */
  readonly singlePeriodDays?: number
  /** Limits that CCBill's support has agreed to, by currency. Default 2.95 to 100.00. */
  readonly limits?: Readonly<Record<string, { readonly minimum: bigint; readonly maximum: bigint }>>
  /** Charges payment tokens by the RESTful API. Without it an `instrument` is refused. */
  readonly rest?: { readonly appId: string; readonly secret: string }
  /** A DataLink user: cancels subscriptions, and refunds if that is allowed. */
  readonly dataLink?: { readonly username: string; readonly password: string }
  /**
   * `cancels_subscription` allows refunds by DataLink, in the knowledge that CCBill picks the transaction by itself and
   * ends the subscription with it, even for a part. Default: refunds are made by hand at CCBill.
   */
  readonly refunds?: 'cancels_subscription'
  /**
   * True when other programs sell by the same sub-account. Default false: a sale without a reference of ours is told as
   * `payment.mismatched`, as its payer may have taken the reference out, and what was paid must not be lost.
   */
  readonly isShared?: boolean
  /** Where webhooks come from, as IPv4 ranges. Default CCBill's. */
  readonly webhookRanges?: readonly string[]
  /** For tests: the origins of CCBill's three services. */
  readonly origins?: { readonly forms?: string; readonly api?: string; readonly dataLink?: string }
  /** How long an answer may take. One that takes longer may have charged: `unknown`. Default 60,000. */
  readonly timeoutMs?: number
  /** Default the runtime's. */
  readonly fetch?: typeof fetch
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
}

/** {@link CcbillOptions} after the checks. */
export interface CcbillConfig {
  readonly id: string
  readonly clientAccnum: string
  readonly clientSubacc: string
  readonly flexId: string
  readonly salt: Redacted
  readonly singlePeriodDays: number
  readonly isShared: boolean
  readonly rest: { readonly appId: string; readonly secret: Redacted } | undefined
  readonly dataLink: { readonly username: string; readonly password: Redacted } | undefined
  readonly ranges: readonly ((address: string) => boolean)[]
  readonly origins: { readonly forms: string; readonly api: string; readonly dataLink: string }
  /** With the timeout, and without redirects. */
  readonly fetch: (url: string | URL, init: RequestInit, signal: AbortSignal | undefined) => Promise<Response>
  readonly clock: () => number
  readonly capabilities: GatewayCapabilities
}

/** https://ccbill.com/doc/webhooks-user-guide */
const ccbillRanges = ['64.38.212.0/24', '64.38.215.0/24', '64.38.240.0/24', '64.38.241.0/24']

/** Checks the options once. @throws `PaymentError` with `misconfigured`, without any secret in it. */
export function resolveOptions(options: CcbillOptions): CcbillConfig {
  const { clientAccnum, clientSubacc, flexId, mode, rest, dataLink, singlePeriodDays = 30 } = options
  // A number would have lost its leading zeros.
  if (!/^\d{6}$/.test(clientAccnum)) throw misconfigured('clientAccnum', 'It is not six digits in a string.')
  if (!/^\d{4}$/.test(clientSubacc)) throw misconfigured('clientSubacc', 'It is not four digits in a string.')
  if (!/^[\w-]+$/.test(flexId)) throw misconfigured('flexId', 'It is no id of a form.')
  if (options.salt.length < 8 || /\s/.test(options.salt)) {
    throw misconfigured('salt', 'It is shorter than 8 characters, or has spaces.')
  }
  if (!Number.isInteger(singlePeriodDays) || singlePeriodDays < 2 || singlePeriodDays > 365) {
    throw misconfigured('singlePeriodDays', 'It is not a whole number from 2 to 365.')
  }
  if (options.refunds && !dataLink) throw misconfigured('dataLink', 'Refunds need a user of DataLink.')
  const { timeoutMs = 60_000 } = options
  if (!(timeoutMs > 0 && timeoutMs <= 600_000)) {
    throw misconfigured('timeoutMs', 'It is not between 0 and 600000.')
  }
  return {
    id: options.id ?? 'ccbill',
    clientAccnum,
    clientSubacc,
    flexId,
    salt: redacted(options.salt),
    singlePeriodDays,
    isShared: options.isShared ?? false,
    rest: rest && { appId: rest.appId, secret: redacted(rest.secret) },
    dataLink: dataLink && { username: dataLink.username, password: redacted(dataLink.password) },
    ranges: (options.webhookRanges ?? ccbillRanges).map((range) => {
      const matches = parseRange(range)
      if (!matches) throw misconfigured('webhookRanges', `'${range}' is no range such as 64.38.212.0/24.`)
      return matches
    }),
    origins: resolveOrigins(options),
    fetch: (url, init, signal) => {
      const timeout = AbortSignal.timeout(timeoutMs)
      return (options.fetch ?? fetch)(url, {
        ...init,
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
    },
    clock: options.clock ?? Date.now,
    capabilities: {
      flow: 'redirect',
      refund: options.refunds ?? 'none',
      recurring: true,
      split: 'ledger',
      idempotency: 'none',
      webhookAuthenticity: 'digest',
      mode,
      currencies: withLimits(options.limits ?? {}),
    },
  }
}

const liveOrigin = 'https://api.ccbill.com'
const liveDataLink = 'https://datalink.ccbill.com'
const sandboxes = ['sandbox-api.ccbill.com', 'api.dev.ccbill.com']

/** Where CCBill is. Money moves by live origins only, and by those alone. */
function resolveOrigins({ mode, origins = {}, dataLink }: CcbillOptions): CcbillConfig['origins'] {
  const given = (name: 'forms' | 'api' | 'dataLink', otherwise: string) => {
    const text = origins[name] ?? otherwise
    const field = `origins.${name}`
    if (!URL.canParse(text)) throw misconfigured(field, 'It is no URL.')
    const { origin, hostname, protocol } = new URL(text)
    const isLive = /(^|\.)ccbill\.com\.?$/.test(hostname) && !sandboxes.includes(hostname)
    if (isLive && protocol !== 'https:') throw misconfigured(field, 'It is live, and not https.')
    if (isLive !== (mode === 'live')) {
      throw misconfigured(field, `${origin} is ${isLive ? 'live' : 'not live'}, and the mode is ${mode}.`)
    }
    return origin
  }
  if (mode === 'live') {
    return {
      forms: given('forms', liveOrigin),
      api: given('api', liveOrigin),
      dataLink: given('dataLink', liveDataLink),
    }
  }
  const sandbox = 'https://sandbox-api.ccbill.com'
  return {
    forms: given('forms', sandbox),
    api: given('api', sandbox),
    // Without a user nothing is asked of it.
    dataLink: dataLink ? given('dataLink', liveDataLink) : '',
  }
}

function withLimits(limits: NonNullable<CcbillOptions['limits']>): Readonly<Record<string, CurrencyRule>> {
  return Object.fromEntries(
    Object.entries(ccbillCurrencies).map(([code, rule]) => [code, { ...rule, ...limits[code] }]),
  )
}

function misconfigured(field: string, message: string): PaymentError {
  return new PaymentError({
    code: 'misconfigured',
    gateway: 'ccbill',
    field,
    message: `${field}: ${message}`,
  })
}
