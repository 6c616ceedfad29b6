/** The error names that Amazon IVS documents, with their HTTP status (IVS API reference, "Errors"). */
export const ivsErrorStatus = {
  ValidationException: 400,
  AccessDeniedException: 403,
  ServiceQuotaExceededException: 402,
  ResourceNotFoundException: 404,
  ChannelNotBroadcasting: 404,
  ConflictException: 409,
  ThrottlingException: 429,
  InternalServerException: 500,
  /** Not IVS's: an operation that ivs-local does not have. */
  NotImplementedByIvsLocal: 501,
} as const

export type IvsErrorName = keyof typeof ivsErrorStatus

/** Thrown by operations; the server answers it as the service would. */
export class IvsError extends Error {
  override readonly name: IvsErrorName
  readonly status: number

  constructor(name: IvsErrorName, message: string) {
    super(message)
    this.name = name
    this.status = ivsErrorStatus[name]
  }
}
