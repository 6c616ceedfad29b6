import { invalidInput, LedgerError } from './errors.ts'
import { type NewTransfer, postableKinds, type Transfer } from './transfer.ts'

/** How a transfer is taken back. */
export interface ReverseOptions {
  /** ISO 8601, UTC: when what corrects it happened. Default now. */
  readonly occurredAt?: string
  /**
   * The gateway's own id of the correction, such as that of funds reinstated. That of the transfer when absent, which says
   * that the gateway never moved it: to the gateway's books, the two are together nothing.
   */
  readonly gatewayRef?: string
}

/** The key of the reversal of a transfer. There is one, so a transfer is reversed once, however often it is asked. */
function reversalKey(key: string): string {
  return `reversal:${key}`
}

/**
 * The transfer that takes another one back.
 *
 * @throws {@link LedgerError} `conflict` for what is a reversal itself, `invalid_input` for maturities and payouts.
 */
export function reversalTransfer(
  transfer: Transfer,
  { occurredAt, gatewayRef }: ReverseOptions & { readonly occurredAt: string },
): NewTransfer {
  const { key, kind, gateway, reference } = transfer
  if (transfer.reverses !== undefined) {
    throw new LedgerError({
      code: 'conflict',
      message: `${key} is a reversal, and those stand. Post what is right instead.`,
    })
  }
  if (!postableKinds.some((one) => one === kind)) {
    throw invalidInput('key', `${key} is a ${kind}, which is undone by the verbs of payouts alone`)
  }
  const moved = gatewayRef !== undefined && gateway ? { id: gateway.id, ref: gatewayRef } : gateway
  return {
    key: reversalKey(key),
    kind,
    entries: transfer.entries.map((entry) => ({ ...entry, amount: -entry.amount })),
    occurredAt,
    reverses: key,
    ...(moved === undefined ? {} : { gateway: moved }),
    ...(reference === undefined ? {} : { reference }),
  }
}
