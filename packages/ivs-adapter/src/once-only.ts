import type { CreateChannelCommand } from '@aws-sdk/client-ivs'

/** A call that may or may not have had an effect: its answer was lost, or the service failed while it worked. */
export class UncertainOutcome extends Error {
  override readonly name = 'UncertainOutcome'
  readonly original: unknown

  constructor(original: unknown) {
    super('The outcome of the call is not known.')
    this.original = original
  }
}

/**
 * Keeps the SDK from repeating a CreateChannel whose outcome is not known: the operation has no idempotency token, so
 * a blind repeat makes a second channel. Refusals (4xx, such as throttling) had no effect; those the SDK may repeat.
 */
export function onceOnly(command: CreateChannelCommand): CreateChannelCommand {
  command.middlewareStack.addRelativeTo(
    <Args, Result>(next: (args: Args) => Promise<Result>) =>
      async (args: Args) => {
        try {
          return await next(args)
        } catch (error) {
          throw isRefusal(error) ? error : new UncertainOutcome(error)
        }
      },
    { name: 'stagedoorOnceOnly', relation: 'after', toMiddleware: 'retryMiddleware' },
  )
  return command
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || !('$metadata' in error)) return false
  const metadata = error.$metadata
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return false
  const status = metadata.httpStatusCode
  return typeof status === 'number' && status >= 400 && status < 500
}
