import { StreamingError } from '@stagedoor/streaming-core'
import type { IvsViewerRegion } from './prices.ts'

/** Which part of the audience is where; the parts add up to 1. */
export type ViewerRegions = Readonly<Partial<Record<IvsViewerRegion, number>>>

/** How each region is named to a creator. */
export const regionNames: Readonly<Record<IvsViewerRegion, string>> = {
  'north-america-europe': 'North America and Europe',
  'south-america': 'South America',
  'india-japan-southeast-asia': 'India, Japan and Southeast Asia',
  'australia-new-zealand': 'Australia and New Zealand',
  korea: 'Korea',
}

/** The regions with anybody in them, largest first. @throws `StreamingError` `invalid_input` unless they add up to 1. */
export function regionShares(regions: ViewerRegions): readonly (readonly [IvsViewerRegion, number])[] {
  const shares = (Object.keys(regionNames) as IvsViewerRegion[])
    .map((region) => [region, regions[region] ?? 0] as const)
    .filter(([, share]) => share > 0)
    .sort(([, left], [, right]) => right - left)
  const sum = shares.reduce((total, [, share]) => total + share, 0)
  if (Math.abs(sum - 1) < 1e-9) return shares
  throw new StreamingError({
    code: 'invalid_input',
    provider: 'ivs',
    field: 'viewerRegions',
    message: `viewerRegions takes parts that add up to 1, not ${sum}.`,
  })
}
