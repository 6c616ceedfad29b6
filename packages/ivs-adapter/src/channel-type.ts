import type { Quality } from '@stagedoor/streaming-core'

/**
 * What IVS does with the video (IVS user guide, "Channel types"): `BASIC` passes it on in one rendition, `STANDARD`
 * makes a ladder up to 1080 lines, `ADVANCED_HD` up to 720 and `ADVANCED_SD` up to 480.
 */
export type IvsChannelType = 'BASIC' | 'STANDARD' | 'ADVANCED_SD' | 'ADVANCED_HD'

/** The cheapest type that has a ladder of renditions up to each quality. */
export const defaultChannelTypes: Readonly<Record<Quality, IvsChannelType>> = {
  sd: 'ADVANCED_SD',
  hd: 'ADVANCED_HD',
  fhd: 'STANDARD',
}

const qualities: readonly Quality[] = ['sd', 'hd', 'fhd']

const bestOf: Readonly<Record<IvsChannelType, Quality>> = {
  BASIC: 'fhd',
  STANDARD: 'fhd',
  ADVANCED_SD: 'sd',
  ADVANCED_HD: 'hd',
}

/** True when viewers of such a channel can get this quality. */
export function carriesQuality(type: IvsChannelType, quality: Quality): boolean {
  return qualities.indexOf(quality) <= qualities.indexOf(bestOf[type])
}

/** The best quality that viewers get from channels of these types. */
export function bestQuality(types: Readonly<Record<Quality, IvsChannelType>>): Quality {
  return qualities.findLast((quality) => carriesQuality(types[quality], quality)) ?? 'sd'
}
