export { livekit } from './livekit.ts'
export type {
  IncludedLeft,
  LivekitKeyPair,
  LivekitOptions,
  LivekitRecordings,
} from './livekit-options.ts'
export { type LivekitModeration, livekitModeration } from './moderation.ts'
export type { Participant } from './names.ts'
export { livekitOptionsFromEnv } from './options-from-env.ts'
export type { Connection } from './participants.ts'
export {
  type LivekitPlan,
  type LivekitPlanPrices,
  type LivekitPriceBook,
  livekitPriceBook,
} from './prices.ts'
export {
  type LivekitCloudQuoteOptions,
  type LivekitSelfHostedQuoteOptions,
  livekitCloudQuotes,
  livekitSelfHostedQuotes,
} from './quote.ts'
