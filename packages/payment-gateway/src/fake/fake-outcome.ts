import type { ChargeOutcome, RefundOutcome } from '../outcome.ts'
import type { FakeCharge, FakeRefund } from './fake-state.ts'

/** The outcome of a charge as it is now. */
export function chargeOutcome(charge: FakeCharge, pageUrl: string | undefined): ChargeOutcome {
  const { ref, amount, gatewayFee, subscriptionRef } = charge
  const about = { ref, ...(subscriptionRef !== undefined && { subscriptionRef }) }
  switch (charge.status) {
    case 'succeeded': {
      const paidAt = new Date(charge.paidAt ?? charge.createdAt).toISOString()
      return { kind: 'succeeded', ...about, amount, ...(gatewayFee && { gatewayFee }), paidAt }
    }
    case 'pending':
      return { kind: 'pending', ...about }
    case 'action_required':
      return { kind: 'action_required', ...about, action: { type: 'redirect', url: `${pageUrl}/pay/${ref}` } }
    case 'canceled':
      return { kind: 'declined', ...about, code: 'canceled_by_payer', retry: 'other_method' }
    case 'declined':
      return { kind: 'declined', ...about, ...(charge.decline ?? { code: 'card_declined', retry: 'never' }) }
  }
}

/** The outcome of a refund as it is now. */
export function refundOutcome({ ref, amount, status }: FakeRefund): RefundOutcome {
  return status === 'failed' ? { kind: 'declined', code: 'processing_error' } : { kind: status, ref, amount }
}
