import { splitRefund } from '@stagedoor/ledger'
import { isOfTip, outstandingAmount, type Tip } from '../tip.ts'
import { assert, assertEqual } from './runner.ts'
import type { Stage } from './stage.ts'

/** Everything that must hold once all is told. */
export async function checkBooks(stage: Stage): Promise<void> {
  const ledger = stage.ledger()
  const movements = stage.gateway.books
    .lines()
    .map(({ ref, amount: { amount, currency } }) => ({ ref, amount, currency }))
  const { fault } = await ledger.verify({ gatewayBooks: { gateway: 'fake', movements } })
  assert(fault === null, `the books are wrong: ${JSON.stringify(fault)}`)

  const tips = await allTips(stage)
  for (const tip of tips) await checkTip(stage, tip)
  for (const creatorId of ['ava', 'eve']) {
    for (const balance of await ledger.balances(creatorId)) {
      const own = tips.filter(
        (tip) => tip.creatorId === creatorId && tip.amount.currency === balance.currency,
      )
      const earned = own.reduce((sum, tip) => sum + keptByCreator(tip), 0n)
      const { net, refunded, disputed, pending, reserved, available, inTransit, paidOut } = balance
      const name = `${creatorId} in ${balance.currency}`
      assertEqual(net - refunded - disputed, earned, `${name} has not what follows from the tips`)
      assertEqual(pending + reserved + available + inTransit + paidOut, earned, `money of ${name} is nowhere`)
    }
  }
}

async function checkTip(stage: Stage, tip: Tip): Promise<void> {
  const { id, amount, fee, net, status, refundedTotal } = tip
  assertEqual(fee + net, amount.amount, `fee and net of ${id} are not its amount`)
  assert(fee >= 0n && net >= 0n, `${id} has a negative part`)
  assert(refundedTotal <= amount.amount, `${id} gave back more than was paid`)
  assert(status !== 'pending', `${id} is still pending after everything was told`)
  const open = tip.refunds.filter(({ status: how }) => how === 'requested' || how === 'pending')
  assertEqual(open.length, 0, `${id} has refunds of which nobody knows what became`)
  const completion = await stage.ledger().get(`completion:${id}`)
  assertEqual(
    completion !== null,
    status === 'completed',
    `${id} is ${status} with the wrong number of completions`,
  )
}

/** What of a tip is the creator's after refunds and disputes. */
function keptByCreator(tip: Tip): bigint {
  if (tip.status !== 'completed') return 0n
  const disputed = tip.disputes
    .filter((part) => isOfTip(tip, part))
    .reduce((sum, dispute) => sum + outstandingAmount(dispute), 0n)
  const back = tip.refundedTotal + disputed
  if (back === 0n) return tip.net
  // What exceeds the payment, as when a bank takes what was refunded before, is the platform's loss.
  if (back >= tip.amount.amount) return 0n
  return tip.net - splitRefund({ fee: tip.fee, net: tip.net, refundedBefore: 0n, refund: back }).net
}

async function allTips(stage: Stage): Promise<readonly Tip[]> {
  const tips: Tip[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await stage.tips().listTips({ limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    tips.push(...page.items)
    cursor = page.nextCursor
  }
  return tips
}
