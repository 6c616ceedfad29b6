import { applyFact } from './apply-fact.ts'
import { retrieveCharge } from './call-gateway.ts'
import { invalidInput, TipError } from './errors.ts'
import { factOfOutcome } from './map-gateway.ts'
import { type Tip, type TipStatus, tipStatuses } from './tip.ts'
import { requireTip, type TipsContext } from './tips-context.ts'

/** A status that somebody sets by hand. Only the gateway's word makes a tip `completed`. */
export async function updateTipStatus(
  context: TipsContext,
  tipId: string,
  status: Exclude<TipStatus, 'pending'>,
  signal: AbortSignal | undefined,
): Promise<Tip> {
  if (!tipStatuses.includes(status) || (status as TipStatus) === 'pending') {
    throw invalidInput('status', 'failed, expired, canceled or completed; nothing returns to pending')
  }
  const tip = await requireTip(context, tipId)
  if (tip.status === status) return tip
  const occurredAt = context.now()
  const fact = await factFor(context, tip, status, signal)
  const applied = fact && (await applyFact(context, { tipId, fact, occurredAt }))
  if (applied?.tip.status === status) return applied.tip
  throw new TipError({
    code: 'conflict',
    field: 'status',
    message:
      status === 'completed'
        ? `The gateway does not say that ${tipId} was paid, so it stays ${applied?.tip.status ?? tip.status}.`
        : `A tip that is ${applied?.tip.status ?? tip.status} cannot become ${status}.`,
  })
}

async function factFor(context: TipsContext, tip: Tip, status: TipStatus, signal: AbortSignal | undefined) {
  if (status === 'failed') return { type: 'failed', declineCode: 'processing_error' } as const
  if (status !== 'completed') return { type: status === 'expired' ? 'expired' : 'canceled' } as const
  const outcome = await retrieveCharge(context, tip, signal)
  return outcome?.kind === 'succeeded' ? factOfOutcome(outcome) : null
}
