import { z } from 'zod'
import type { SubscriptionCharge, TipCharge } from '../charge.ts'
import { throwIfAborted } from '../check-charge.ts'
import { PaymentError } from '../errors.ts'
import { type ChargeOutcome, type DeclineCode, declineRetries } from '../outcome.ts'
import type { WriteOptions } from '../payment-gateway.ts'
import { currencyNumber } from './currencies.ts'
import { decimal, orderOf, passThrough } from './form-url.ts'
import { parseLossless, toFields } from './lossless-json.ts'
import type { CcbillConfig } from './options.ts'
import { periodDays } from './period.ts'

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() })
/** Version 2 of the API, as version 1 says ids as numbers. */
const accept = 'application/vnd.mcn.transaction-service.api.v.2+json'

/** Charges a payment token. CCBill has no idempotency key: nothing here is ever sent twice. */
export function createRest(config: CcbillConfig) {
  let token: { readonly value: string; readonly expiresAt: number } | undefined

  async function authorize(signal: AbortSignal | undefined): Promise<string | null> {
    if (token && token.expiresAt > config.clock()) return token.value
    const { appId = '', secret } = config.rest ?? {}
    const response = await config
      .fetch(
        `${config.origins.api}/ccbill-auth/oauth/token`,
        {
          method: 'POST',
          headers: {
            authorization: `Basic ${btoa(`${appId}:${secret?.reveal()}`)}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: 'grant_type=client_credentials',
        },
        signal,
      )
      .catch(() => null)
    throwIfAborted(signal)
    if (response?.status === 400 || response?.status === 401 || response?.status === 403) {
      throw misconfigured(`CCBill refuses the application (HTTP ${response.status}).`)
    }
    const body = response?.ok ? await response.json().catch(() => null) : null
    const parsed = tokenSchema.safeParse(body)
    if (!parsed.success) return null
    const { access_token: value, expires_in: seconds } = parsed.data
    token = { value, expiresAt: config.clock() + (seconds - 60) * 1000 }
    return value
  }

  return async function chargeToken(
    charge: TipCharge | SubscriptionCharge,
    instrument: string,
    { signal }: WriteOptions,
  ): Promise<ChargeOutcome> {
    if (!config.rest) {
      throw new PaymentError({
        code: 'unsupported',
        gateway: 'ccbill',
        field: 'instrument',
        message: 'Payment tokens are charged by the RESTful API, which is not set up.',
        fix: 'Set the option rest, or leave the instrument out for the form.',
      })
    }
    const bearer = await authorize(signal)
    // Nothing was asked for yet, so nothing was charged.
    if (bearer === null) return { kind: 'declined', code: 'gateway_busy', retry: 'later' }
    const path = `/transactions/payment-tokens/${encodeURIComponent(instrument)}`
    const body = JSON.stringify(await chargeBody(charge, config))
    let response: Response
    let text: string
    try {
      const headers = { authorization: `Bearer ${bearer}`, accept, 'content-type': 'application/json' }
      response = await config.fetch(config.origins.api + path, { method: 'POST', headers, body }, signal)
      text = await response.text()
    } catch {
      return { kind: 'unknown', reason: signal?.aborted ? 'aborted' : 'no_answer' }
    }
    if (response.status === 401) token = undefined
    return readAnswer(response.status, text, charge, config)
  }
}

async function chargeBody(charge: TipCharge | SubscriptionCharge, config: CcbillConfig) {
  const amount = 'tipId' in charge ? charge.amount : charge.price
  const price = Number(decimal(amount))
  const fields = await passThrough(orderOf(charge), config)
  return {
    clientAccnum: Number(config.clientAccnum),
    clientSubacc: Number(config.clientSubacc),
    initialPrice: price,
    currencyCode: Number(currencyNumber(amount.currency)),
    ...('tipId' in charge
      ? { initialPeriod: 0 }
      : {
          initialPeriod: periodDays(charge.interval),
          recurringPrice: price,
          recurringPeriod: periodDays(charge.interval),
          rebills: 99,
        }),
    lifeTimeSubscription: false,
    createNewPaymentToken: false,
    passThroughInfo: Object.entries(fields).map(([name, value]) => ({ name, value })),
  }
}

function readAnswer(
  status: number,
  text: string,
  charge: TipCharge | SubscriptionCharge,
  config: CcbillConfig,
): ChargeOutcome {
  let fields: Readonly<Record<string, string>> | null
  try {
    fields = toFields(parseLossless(text))
  } catch {
    fields = null
  }
  if (!fields) return { kind: 'unknown', reason: status >= 500 ? 'gateway_error' : 'ambiguous_answer' }
  if (status >= 400) return readError(status, fields.errorCode ?? '')
  const ref = fields.subscriptionId
  if (fields.approved === 'true' && ref !== undefined && /^\d+$/.test(ref)) {
    return {
      kind: 'succeeded',
      ref,
      ...('subscriptionId' in charge && { subscriptionRef: ref }),
      amount: 'tipId' in charge ? charge.amount : charge.price,
      paidAt: new Date(config.clock()).toISOString(),
    }
  }
  if (fields.approved !== 'false') return { kind: 'unknown', reason: 'ambiguous_answer' }
  const code = declineCode(fields.declineText ?? '')
  const { declineCode: rawCode, denialId } = fields
  return {
    kind: 'declined',
    code,
    retry: declineRetries[code],
    ...(denialId !== undefined && { ref: denialId }),
    ...(rawCode !== undefined && { rawCode }),
  }
}

function readError(status: number, errorCode: string): ChargeOutcome {
  switch (errorCode) {
    case '100102':
      // The next call asks for a new token; this one was not let in.
      return { kind: 'declined', code: 'gateway_busy', retry: 'later', rawCode: errorCode }
    case '100110':
    case '100111':
      return { kind: 'declined', code: 'limit_exceeded', retry: 'later', rawCode: errorCode }
    case '100107':
      throw misconfigured('CCBill lets in no request from this server’s address (100107).')
    case '100109':
      throw misconfigured('CCBill has locked the application for an hour after wrong logins (100109).')
    case '200000':
      throw new PaymentError({
        code: 'invalid_input',
        gateway: 'ccbill',
        message: 'CCBill refuses the request (200000).',
        fix: 'Check the token, the amount and the sub-account.',
      })
  }
  if (status === 401 || status === 403) throw misconfigured(`CCBill refuses the request (HTTP ${status}).`)
  return { kind: 'unknown', reason: 'gateway_error' }
}

/** CCBill's numbers of declines differ by bank; its texts tell. */
export function declineCode(text: string): DeclineCode {
  const words: readonly (readonly [RegExp, DeclineCode])[] = [
    [/insufficient|\bnsf\b/i, 'insufficient_funds'],
    [/expired/i, 'expired_card'],
    [/cvv|zip|address|invalid (card|account)|incorrect/i, 'incorrect_details'],
    [/authentication|3d ?s/i, 'authentication_required'],
    [/fraud|stolen|lost|scrub|negative/i, 'fraud_suspected'],
    [/duplicate/i, 'duplicate'],
    [/limit|exceed|velocity/i, 'limit_exceeded'],
    [/unavailable|time ?out|try again|error/i, 'processing_error'],
  ]
  return words.find(([pattern]) => pattern.test(text))?.[1] ?? 'card_declined'
}

function misconfigured(message: string): PaymentError {
  return new PaymentError({ code: 'misconfigured', gateway: 'ccbill', field: 'rest', message })
}
