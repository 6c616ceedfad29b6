import type { StreamingAdapter, Traits } from './adapter.ts'
import { StreamingError } from './errors.ts'
import type { Decision, Quality, Quote, StreamPlan } from './plan.ts'

/** One way to carry a stream, offered to {@link choose}. */
export interface Candidate {
  readonly adapterId: string
  readonly traits: Traits
  quote(plan: StreamPlan): Quote
}

/** An adapter as a candidate. */
export function toCandidate(adapter: StreamingAdapter): Candidate {
  return { adapterId: adapter.id, traits: adapter.traits, quote: (plan) => adapter.quote(plan) }
}

/** The platform's own rules. */
export interface ChoicePolicy {
  /** Above this many expected viewers the broadcast side (HLS) carries the stream, whatever it costs. */
  readonly broadcastAbove?: number
}

/** What {@link choose} needs to know beyond the plan. */
export interface ChoiceContext {
  /** A creator who is not verified starts in the browser where that is possible. Default true. */
  readonly verified?: boolean
}

/** What {@link choose} answers. */
export interface Choice extends Decision {
  readonly quotes: readonly Quote[]
  readonly infeasible: readonly { readonly candidate: string; readonly reasons: readonly string[] }[]
}

const qualityRank: Record<Quality, number> = { sd: 0, hd: 1, fhd: 2 }

interface Assessed {
  readonly candidate: Candidate
  readonly quote: Quote
  readonly reasons: readonly string[]
}

/**
 * Decides which candidate carries a plan, and says why. Pure and deterministic: the same arguments, the same answer.
 *
 * Hard limits come first (viewers, quality, the publishing method that was asked for). Then the rules: interactive
 * streams go to WebRTC, an audience above `policy.broadcastAbove` goes to HLS, and creators who are not verified start in
 * the browser, also when they asked for OBS. Among what is left the cheapest wins.
 *
 * @throws {@link StreamingError} `unsupported` when no candidate can carry the plan; its message lists why.
 */
export function choose(
  asked: StreamPlan,
  candidates: readonly Candidate[],
  policy: ChoicePolicy = {},
  context: ChoiceContext = {},
): Choice {
  const verified = context.verified ?? true
  const reasons: string[] = []
  const plan = withAllowedMethod(asked, candidates, verified, reasons)
  const assessed = candidates.map((candidate) => assess(plan, candidate))
  const feasible = assessed.filter((entry) => entry.reasons.length === 0)
  const infeasible = assessed
    .filter((entry) => entry.reasons.length > 0)
    .map((entry) => ({ candidate: entry.candidate.traits.candidate, reasons: entry.reasons }))
  if (feasible.length === 0) {
    const why = infeasible.map((entry) => `${entry.candidate}: ${entry.reasons.join('; ')}`).join('. ')
    throw new StreamingError({
      code: 'unsupported',
      message: `No configured provider can carry this stream. ${why || 'No adapter is configured'}.`,
    })
  }
  const preferred = prefer(plan, feasible, policy, verified, reasons)
  const winner = [...preferred].sort(byCost)[0] ?? feasible[0]
  if (!winner)
    throw new StreamingError({ code: 'internal', message: 'No candidate was left to choose from.' })
  if (preferred.length > 1) {
    reasons.push(`${winner.candidate.traits.candidate} costs the least of ${preferred.length} that fit.`)
  } else if (feasible.length === 1 && candidates.length > 1) {
    reasons.push(`${winner.candidate.traits.candidate} is the only one that can carry it.`)
  } else if (candidates.length === 1) {
    reasons.push(`${winner.candidate.traits.candidate} is the only provider that is set up.`)
  }
  return {
    candidate: winner.candidate.traits.candidate,
    adapterId: winner.candidate.adapterId,
    reasons,
    quotes: assessed.map((entry) => entry.quote),
    infeasible,
  }
}

/** Only verified creators choose OBS, unless the browser cannot carry what they plan. */
function withAllowedMethod(
  plan: StreamPlan,
  candidates: readonly Candidate[],
  verified: boolean,
  reasons: string[],
): StreamPlan {
  if (verified || plan.method !== 'obs') return plan
  const inBrowser: StreamPlan = { ...plan, method: 'browser' }
  if (candidates.every((candidate) => assess(inBrowser, candidate).reasons.length > 0)) return plan
  reasons.push('A new creator starts in the browser: OBS is for verified creators.')
  return inBrowser
}

function assess(plan: StreamPlan, candidate: Candidate): Assessed {
  const { traits } = candidate
  const reasons: string[] = []
  if (plan.expectedViewers > traits.maxViewers) {
    reasons.push(`carries at most ${traits.maxViewers} viewers, ${plan.expectedViewers} are expected`)
  }
  if (qualityRank[plan.quality] > qualityRank[traits.maxQuality]) {
    reasons.push(`carries at most ${traits.maxQuality}, ${plan.quality} was asked for`)
  }
  if (plan.method !== 'auto' && !traits.publishMethods.includes(plan.method)) {
    reasons.push(`cannot be published to by ${plan.method}`)
  }
  const quote = candidate.quote(plan)
  if (!quote.feasible) reasons.push(...quote.reasons.filter((reason) => !reasons.includes(reason)))
  return {
    candidate,
    quote: reasons.length > 0 ? { candidate: traits.candidate, feasible: false, reasons } : quote,
    reasons,
  }
}

/** Narrows by the rules, one after the other; a rule that nothing meets is explained and passed over. */
function prefer(
  plan: StreamPlan,
  feasible: readonly Assessed[],
  policy: ChoicePolicy,
  verified: boolean,
  reasons: string[],
): readonly Assessed[] {
  const webrtc = feasible.filter((entry) => entry.candidate.traits.delivery === 'webrtc')
  const hls = feasible.filter((entry) => entry.candidate.traits.delivery === 'hls')
  if (plan.interactive) {
    if (webrtc.length > 0) {
      reasons.push('An interactive stream needs sub-second latency: WebRTC.')
      return webrtc
    }
    reasons.push(
      'An interactive stream belongs on WebRTC, which is not available here: expect seconds of delay.',
    )
  }
  if (policy.broadcastAbove !== undefined && plan.expectedViewers > policy.broadcastAbove) {
    if (hls.length > 0) {
      reasons.push(`More than ${policy.broadcastAbove} viewers: broadcast by HLS, as this platform rules.`)
      return hls
    }
    reasons.push(
      `More than ${policy.broadcastAbove} viewers should be broadcast by HLS, which is not available here.`,
    )
  }
  if (plan.method !== 'auto') {
    reasons.push(
      plan.method === 'obs' ? 'The creator publishes by OBS.' : 'The creator publishes from the browser.',
    )
  } else if (!verified) {
    const browser = feasible.filter((entry) => entry.candidate.traits.publishMethods.includes('browser'))
    if (browser.length > 0) {
      reasons.push('A new creator starts in the browser, with nothing to install.')
      return browser
    }
    reasons.push('A new creator would start in the browser, but browser streaming is not set up: use OBS.')
  }
  return feasible
}

function byCost(left: Assessed, right: Assessed): number {
  const difference = total(left.quote) - total(right.quote)
  if (difference !== 0) return difference < 0 ? -1 : 1
  return left.candidate.traits.candidate < right.candidate.traits.candidate ? -1 : 1
}

function total(quote: Quote): number {
  return quote.feasible ? Number(quote.total.amount) : Number.POSITIVE_INFINITY
}
