import { IvsClient } from '@aws-sdk/client-ivs'
import type { IvsSdkClient } from './ivs-client.ts'
import type { IvsOptions } from './ivs-options.ts'

/** The real client fits, and so do the credential providers of the AWS SDK. */
export const client: IvsSdkClient = new IvsClient({ region: 'us-east-1' })

export const credentials: IvsOptions['credentials'] = (_properties?: Record<string, unknown>) =>
  Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b', expiration: new Date() })

// @ts-expect-error: something without `send` is no client.
export const notAClient: IvsSdkClient = { request: async () => ({}) }
