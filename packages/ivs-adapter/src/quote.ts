import { type Quote, type StreamPlan, toQuote, usageOfPlan } from '@stagedoor/streaming-core'
import { carriesQuality } from './channel-type.ts'
import { channelCost } from './cost.ts'
import type { IvsConfig } from './resolve-options.ts'
import { regionNames, regionShares, type ViewerRegions } from './viewer-regions.ts'

/** The name of this way to deliver, beside `ivs-stage` and `livekit`. */
export const candidate = 'ivs-channel'

/** What an IVS channel costs for a plan, or why it cannot carry it. Pure; every line is rounded to whole cents, half up. */
export function quote(plan: StreamPlan, config: IvsConfig): Quote {
  const reasons = obstacles(plan, config)
  if (reasons.length > 0) return { candidate, feasible: false, reasons }
  const cost = channelCost(usageOfPlan(plan, 'obs'), config.channelTypes[plan.quality], config)
  return toQuote(candidate, plan, {
    ...cost,
    notes: [...assumptions(plan, config.viewerRegions), ...cost.notes],
  })
}

/** What every quote of IVS takes for granted, in sentences. */
export function assumptions(plan: StreamPlan, viewerRegions: ViewerRegions): readonly string[] {
  const where = regionShares(viewerRegions)
    .map(([region, share]) =>
      share === 1 ? regionNames[region] : `${Math.round(share * 100)} % in ${regionNames[region]}`,
    )
    .join(', ')
  return [
    `List prices for viewers in ${where}, all of them in ${plan.quality.toUpperCase()}; taxes are not included.`,
    ...(plan.watchShare === 1
      ? [
          'Every viewer is counted for the whole event; AWS finds that half of a stream is watched on average.',
        ]
      : []),
  ]
}

function obstacles(plan: StreamPlan, { channelTypes, maxViewers }: IvsConfig): readonly string[] {
  const type = channelTypes[plan.quality]
  return [
    ...(plan.interactive
      ? ['HLS runs seconds behind: an interactive stream needs WebRTC, such as an IVS stage or LiveKit']
      : []),
    ...(plan.method === 'browser'
      ? ['a channel takes RTMP from OBS or another encoder, not from a browser']
      : []),
    ...(plan.record ? ['recording is not set up on IVS channels'] : []),
    ...(plan.expectedViewers > maxViewers
      ? [
          `the quota "Concurrent views" allows ${maxViewers} viewers on all channels together, ` +
            `${plan.expectedViewers} are expected; ask AWS to raise it and pass maxViewers`,
        ]
      : []),
    ...(carriesQuality(type, plan.quality)
      ? []
      : [`channels of type ${type} do not deliver ${plan.quality}`]),
  ]
}
