/** Keys of an AWS identity. */
export interface IvsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The part of the AWS SDK's `IvsClient` that the adapter uses. */
export interface IvsSdkClient {
  send(command: object, options?: { abortSignal?: AbortSignal }): Promise<unknown>
}
