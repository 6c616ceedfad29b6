import { StreamingError } from '@stagedoor/streaming-core'

const pattern = /^arn:[a-z-]+:ivs:([a-z0-9-]+):\d{12}:channel\/\S+$/

/** True for the ARN of an IVS channel. */
export function isChannelArn(arn: string): boolean {
  return pattern.test(arn)
}

/**
 * Keeps a wrong region from looking like a deleted channel: IVS answers ResourceNotFoundException for both, and a show
 * would be ended, or a channel left behind, by a slip in the configuration.
 *
 * @throws `StreamingError` `invalid_input`
 */
export function requireRegion(channelArn: string, region: string): void {
  const actual = pattern.exec(channelArn)?.[1]
  if (actual === region) return
  throw new StreamingError({
    code: 'invalid_input',
    provider: 'ivs',
    field: 'channel.id',
    message:
      actual === undefined
        ? `"${channelArn.slice(0, 128)}" is not the ARN of an IVS channel.`
        : `${channelArn} is in ${actual}, and ivs() was made for ${region}. Use the region of the channel.`,
  })
}
