import type { RefundRequest, TipCharge } from '../charge.ts'
import type { Money } from '../money.ts'
import type { GatewayUnderTest } from './describe-payment-gateway.ts'
import { assert, assertEqual, assertRejects } from './runner.ts'

/** What the tests of refunds share with the rest of the suite. */
export interface RefundContext {
  test(name: string, body: (under: GatewayUnderTest) => Promise<void>): void
  newId(prefix: string): string
  readonly amount: Money
  charge(under: GatewayUnderTest): TipCharge
}

/** The tests of refunds, of a gateway that gives back parts. */
export function describeRefunds({ test, newId, amount, charge }: RefundContext): void {
  const paid = async (under: GatewayUnderTest) => {
    const outcome = await under.gateway.processTip(charge(under), { idempotencyKey: newId('key') })
    assert(outcome.kind === 'succeeded', `succeeded, not ${outcome.kind}`)
    return outcome.ref
  }
  const part = (share: bigint): Money => ({ ...amount, amount: amount.amount / share })
  const refund = (under: GatewayUnderTest, request: Omit<RefundRequest, 'refundId'>) =>
    under.gateway.refund({ refundId: newId('refund'), ...request }, { idempotencyKey: newId('key') })

  test('gives back a part, then the rest, then no more', async (under) => {
    const chargeRef = await paid(under)
    const first = await refund(under, { chargeRef, amount: part(4n) })
    assert(first.kind === 'succeeded' || first.kind === 'pending', `given back, not ${first.kind}`)
    assertEqual(first.amount, part(4n), 'the part')
    const tooMuch = await refund(under, { chargeRef, amount })
    assertEqual(tooMuch.kind === 'declined' && tooMuch.code, 'amount_too_large', 'more than is left')
    const rest = await refund(under, { chargeRef })
    assert(rest.kind === 'succeeded' || rest.kind === 'pending', `given back, not ${rest.kind}`)
    assertEqual(rest.amount, { ...amount, amount: amount.amount - part(4n).amount }, 'the rest')
    const more = await refund(under, { chargeRef })
    assertEqual(more.kind === 'declined' && more.code, 'already_refunded', 'nothing is left')
  })

  test('gives back once with one key', async (under) => {
    const chargeRef = await paid(under)
    const request = { refundId: newId('refund'), chargeRef, amount: part(2n) }
    const options = { idempotencyKey: newId('key') }
    assertEqual(
      await under.gateway.refund(request, options),
      await under.gateway.refund(request, options),
      'the same refund',
    )
    assertEqual((await refund(under, { chargeRef })).kind === 'declined', false, 'the other half is left')
  })

  test('looks refunds up, by the reference of each side', async (under) => {
    const { gateway } = under
    // Not every gateway can tell; its events have to then.
    if (!gateway.retrieveRefund) return
    const chargeRef = await paid(under)
    const refundId = newId('refund')
    const made = await gateway.refund(
      { refundId, chargeRef, amount: part(4n) },
      { idempotencyKey: newId('key') },
    )
    assert(made.kind === 'succeeded' || made.kind === 'pending', `given back, not ${made.kind}`)
    assertEqual(await gateway.retrieveRefund({ chargeRef, refundId }), made, 'found by our reference')
    const ref = made.ref ?? ''
    assertEqual(await gateway.retrieveRefund({ chargeRef, refundId, ref }), made, 'found by the gateway’s')
    const none = await gateway.retrieveRefund({ chargeRef, refundId: newId('refund') })
    assertEqual(none, null, 'one that was never made')
    const gone = AbortSignal.abort()
    await assertRejects(
      async () => gateway.retrieveRefund?.({ chargeRef, refundId }, { signal: gone }),
      'aborted',
    )
  })

  test('declines a refund of a charge that is not there', async (under) => {
    const outcome = await refund(under, { chargeRef: 'pi_never' })
    assertEqual(outcome.kind === 'declined' && outcome.code, 'charge_not_found', 'outcome')
  })

  test('refuses a refund of nothing', async (under) => {
    const chargeRef = await paid(under)
    for (const wrong of [0n, -1n, 5, '5', null]) {
      const part = { ...amount, amount: wrong as bigint }
      await assertRejects(() => refund(under, { chargeRef, amount: part }), 'invalid_input')
    }
    const none = null as never
    await assertRejects(() => refund(under, { chargeRef, amount: none }), 'invalid_input')
  })
}
