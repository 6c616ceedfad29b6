import { type GatewayEvent, isCurrency } from '@stagedoor/payment-gateway'
import { z } from 'zod'
import { invalidInput } from './errors.ts'

const id = z.string().min(1).max(255)
const amount = z.object({
  amount: z.bigint().positive(),
  currency: z.string().refine(isCurrency, { message: 'a currency of ISO 4217' }),
})
const fee = z.object({ amount: z.bigint(), currency: z.string().refine(isCurrency) })
const header = z.object({
  id,
  gateway: id,
  type: z.string(),
  occurredAt: z.string().refine((text) => !Number.isNaN(Date.parse(text)), { message: 'a time as ISO 8601' }),
})
const payment = z.object({ ref: id, merchantRef: id.optional() })
const paid = payment.extend({ amount, gatewayFee: fee.optional() })
const refund = payment.extend({ chargeRef: id, amount, refundId: id.optional() })
const movement = z.object({ ref: id, kind: z.enum(['withdrawn', 'reinstated']), amount, fee: fee.optional() })
const dispute = payment.extend({ chargeRef: id, movements: z.array(movement) })

/** What is relied on of an event, whoever wrote the gateway that tells it. Of other types nothing is. */
function schemaOf(type: string): z.ZodType {
  if (type === 'payment.succeeded' || type === 'payment.mismatched') return paid
  if (type.startsWith('payment.')) return payment
  if (type.startsWith('refund.')) return refund
  return type.startsWith('dispute.') ? dispute : z.object({})
}

/** @throws {@link TipError} `invalid_input` naming the field of an event that could not be booked as it is. */
export function requireEvent(event: GatewayEvent): void {
  for (const schema of [header, schemaOf(`${event?.type}`)]) {
    const result = schema.safeParse(event)
    const [issue] = result.error?.issues ?? []
    if (issue) throw invalidInput(['event', ...issue.path].join('.'), issue.message)
  }
}
