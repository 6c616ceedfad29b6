import type { StreamingAdapter, Traits } from './adapter.ts'
import { StreamingError } from './errors.ts'
import type { Decision, Quality, Quote, StreamPlan } from './plan.ts'

/** One way to carry a stream, offered to {@link choose}. */
export interface Candidate {
  /** The adapter that carries it; null for one that is only compared in estimates, as none is set up. */
  readonly adapterId: string | null
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
  /**
   * A repeating show moves away from what carried it last only when that saves at least this part of the cost.
   * Default 0.1: viewers and creators notice a move, and a forecast is no better than that.
   */
  readonly switchSaving?: number
}

/** What {@link choose} needs to know beyond the plan. */
export interface ChoiceContext {
  /** A creator who is not verified starts in the browser where that is possible. Default true. */
  readonly verified?: boolean
  /** The candidate that carried the creator's last stream. */
  readonly previous?: string | null
}

/** What {@link choose} answers. */
export interface Choice extends Decision, Quotes {}

/** Every candidate's quote, and why some cannot carry the plan. */
interface Quotes {
  readonly quotes: readonly Quote[]
  readonly infeasible: readonly { readonly candidate: string; readonly reasons: readonly string[] }[]
}

const qualityRank: Record<Quality, number> = { sd: 0, hd: 1, fhd: 2 }

interface Assessed {
  readonly name: string
  readonly adapterId: string | null
  readonly traits: Traits
  readonly quote: Quote
  /** Why it cannot carry the plan; empty when it can. */
  readonly obstacles: readonly string[]
}

type Carrier = Assessed & { readonly adapterId: string }

/**
 * Decides which candidate carries a plan, and says why. Pure and deterministic: the same arguments, the same answer.
 *
 * Hard limits come first (viewers, quality, the publishing method that was asked for). Then the rules: interactive
 * streams go to WebRTC, creators who are not verified start in the browser, an audience above
 * `policy.broadcastAbove` goes to HLS. Among what is left the cheapest wins, unless the one that carried the creator's
 * last stream costs hardly more. Candidates without an adapter are quoted and never chosen.
 *
 * @throws {@link StreamingError} `unsupported` when no candidate can carry the plan; its message lists why.
 */
export function choose(
  asked: StreamPlan,
  candidates: readonly Candidate[],
  policy: ChoicePolicy = {},
  context: ChoiceContext = {},
): Choice {
  const { decision, quotes, infeasible } = weigh(asked, candidates, policy, context)
  if (decision) return { ...decision, quotes, infeasible }
  const why = infeasible.map((entry) => `${entry.candidate}: ${entry.reasons.join('; ')}`).join('. ')
  throw new StreamingError({
    code: 'unsupported',
    message: `No configured provider can carry this stream. ${why || 'No adapter is configured'}.`,
  })
}

/** {@link choose} without the last word: the decision is null when no candidate can carry the plan. */
export function weigh(
  asked: StreamPlan,
  candidates: readonly Candidate[],
  policy: ChoicePolicy = {},
  context: ChoiceContext = {},
): Quotes & { readonly decision: Decision | null } {
  checkPolicy(policy)
  const { verified = true, previous = null } = context
  const reasons: string[] = []
  const plan = withAllowedMethod(asked, candidates, verified, reasons)
  const assessed = candidates.map((candidate) => assess(plan, candidate))
  const carriers = assessed.filter((entry) => entry.adapterId !== null).map((entry) => entry as Carrier)
  const feasible = carriers.filter((entry) => entry.obstacles.length === 0)
  const infeasible = assessed
    .filter((entry) => entry.obstacles.length > 0)
    .map(({ name, obstacles }) => ({ candidate: name, reasons: obstacles }))
  const preferred = prefer(plan, carriers, policy, verified, reasons)
  const winner = settle(preferred, policy, previous, reasons)
  const quotes = assessed.map((entry) => entry.quote)
  if (!winner) return { decision: null, quotes, infeasible }
  if (carriers.length === 1) reasons.push(`${winner.name} is the only provider that is set up.`)
  else if (feasible.length === 1) reasons.push(`${winner.name} is the only one that can carry it.`)
  const publishing = publishingOf(plan, winner.traits, verified)
  return {
    decision: { candidate: winner.name, adapterId: winner.adapterId, publishing, reasons },
    quotes,
    infeasible,
  }
}

/** @throws {@link StreamingError} `invalid_input` naming the rule and what it takes. */
export function checkPolicy({ broadcastAbove = 0, switchSaving = 0 }: ChoicePolicy): void {
  if (typeof broadcastAbove !== 'number' || !(broadcastAbove >= 0)) {
    throw badPolicy('broadcastAbove', 'a number of viewers, 0 or more')
  }
  if (typeof switchSaving !== 'number' || !(switchSaving >= 0 && switchSaving <= 1)) {
    throw badPolicy('switchSaving', 'a part of the cost, from 0 to 1')
  }
}

function badPolicy(rule: keyof ChoicePolicy, takes: string): StreamingError {
  const field = `policy.${rule}`
  return new StreamingError({ code: 'invalid_input', field, message: `${field} takes ${takes}.` })
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
  const carriers = candidates.filter(({ adapterId }) => adapterId !== null)
  if (carriers.every((candidate) => assess(inBrowser, candidate).obstacles.length > 0)) return plan
  reasons.push('A new creator starts in the browser: OBS is for verified creators.')
  return inBrowser
}

function assess(plan: StreamPlan, candidate: Candidate): Assessed {
  const { adapterId, traits } = candidate
  const name = traits.candidate
  const obstacles: string[] = []
  if (plan.expectedViewers > traits.maxViewers) {
    obstacles.push(`carries at most ${traits.maxViewers} viewers, ${plan.expectedViewers} are expected`)
  }
  if (!(plan.quality in qualityRank)) {
    throw new StreamingError({
      code: 'invalid_input',
      field: 'quality',
      message: `quality takes ${Object.keys(qualityRank).join(', ')}.`,
    })
  }
  if (qualityRank[plan.quality] > qualityRank[traits.maxQuality]) {
    obstacles.push(`carries at most ${traits.maxQuality}, ${plan.quality} was asked for`)
  }
  const { publishers = 1 } = plan
  const { maxPublishers = 1 } = traits
  if (publishers > maxPublishers) {
    obstacles.push(`takes at most ${maxPublishers} publishers at once, ${publishers} are planned`)
  }
  if (plan.method !== 'auto' && !traits.publishMethods.includes(plan.method)) {
    obstacles.push(`cannot be published to by ${plan.method}`)
  }
  const quote = candidate.quote(plan)
  if (!quote.feasible) obstacles.push(...quote.reasons.filter((reason) => !obstacles.includes(reason)))
  if (obstacles.length === 0) return { name, adapterId, traits, quote, obstacles }
  return {
    name,
    adapterId,
    traits,
    quote: { candidate: name, feasible: false, reasons: obstacles },
    obstacles,
  }
}

/** Narrows by the rules, one after the other; a rule that nothing meets is explained and passed over. */
function prefer(
  plan: StreamPlan,
  carriers: readonly Carrier[],
  policy: ChoicePolicy,
  verified: boolean,
  reasons: string[],
): readonly Carrier[] {
  const feasible = carriers.filter(({ obstacles }) => obstacles.length === 0)
  if (feasible.length === 0) return []
  const webrtc = feasible.filter(({ traits }) => traits.delivery === 'webrtc')
  const hls = feasible.filter(({ traits }) => traits.delivery === 'hls')
  if (plan.interactive) {
    if (webrtc.length > 0) {
      reasons.push('An interactive stream needs sub-second latency: WebRTC.')
      return webrtc
    }
    reasons.push(
      'An interactive stream belongs on WebRTC, which cannot carry it here: expect seconds of delay.',
    )
  }
  if (policy.broadcastAbove !== undefined && plan.expectedViewers > policy.broadcastAbove) {
    if (hls.length > 0) {
      reasons.push(`More than ${policy.broadcastAbove} viewers: broadcast by HLS, as this platform rules.`)
      return hls
    }
    reasons.push(
      `More than ${policy.broadcastAbove} viewers should be broadcast by HLS, which cannot carry what is planned.`,
    )
  }
  if (plan.method !== 'auto') {
    reasons.push(
      plan.method === 'obs' ? 'The creator publishes by OBS.' : 'The creator publishes from the browser.',
    )
  } else if (!verified) {
    const browser = feasible.filter(({ traits }) => traits.publishMethods.includes('browser'))
    if (browser.length > 0) {
      reasons.push('A new creator starts in the browser, with nothing to install.')
      return browser
    }
    const isSetUp = carriers.some(({ traits }) => traits.publishMethods.includes('browser'))
    reasons.push(
      `A new creator would start in the browser, but ${isSetUp ? 'that cannot carry what is planned' : 'browser streaming is not set up'}: use OBS.`,
    )
  }
  return feasible
}

/** The cheapest, or the one that carried the last stream when moving away would save too little. */
function settle(
  preferred: readonly Carrier[],
  { switchSaving = 0.1 }: ChoicePolicy,
  previous: string | null,
  reasons: string[],
): Carrier | undefined {
  const [cheapest, ...others] = [...preferred].sort(byCost)
  if (!cheapest || others.length === 0) return cheapest
  const last = others.find(({ name }) => name === previous)
  const saving = last ? total(last.quote) - total(cheapest.quote) : 0
  if (last && (saving === 0 || saving < total(last.quote) * switchSaving)) {
    reasons.push(`${last.name} carried the last stream, and ${cheapest.name} would save too little to move.`)
    return last
  }
  reasons.push(`${cheapest.name} costs the least of ${preferred.length} that fit.`)
  return cheapest
}

function publishingOf(plan: StreamPlan, { publishMethods }: Traits, verified: boolean): 'browser' | 'obs' {
  if (plan.method !== 'auto') return plan.method
  if (!verified && publishMethods.includes('browser')) return 'browser'
  return publishMethods[0] ?? 'obs'
}

function byCost(left: Carrier, right: Carrier): number {
  const difference = total(left.quote) - total(right.quote)
  if (difference !== 0) return difference < 0 ? -1 : 1
  return left.name < right.name ? -1 : 1
}

function total(quote: Quote): number {
  return quote.feasible ? Number(quote.total.amount) : Number.POSITIVE_INFINITY
}
