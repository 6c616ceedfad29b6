import { type GatewayEvent, type Money, negateMoney } from '@stagedoor/payment-gateway'
import type { FakeBookLine } from '@stagedoor/payment-gateway/fake'
import { Crash } from './crashing-store.ts'
import type { Random } from './random.ts'
import { assert } from './runner.ts'
import type { Stage } from './stage.ts'

const instruments = [
  'fake_ok',
  'fake_ok',
  'fake_lost',
  'fake_pending',
  'fake_redirect',
  'fake_declined',
  'fake_dispute',
]

const steps = 60

/** A random evening, with everything that goes wrong; at its end all that was lost is looked up or sent again. */
export async function playEvening(stage: Stage, random: Random): Promise<void> {
  let payouts = 0
  stage.gateway.control.setFaults({
    duplicateWebhooks: 0.3,
    reorderWebhooks: true,
    delayWebhooksSeconds: 120,
    loseAnswers: 0.15,
    loseRequests: 0.1,
    pendingRefunds: random.next() < 0.3,
  })
  const keys: string[] = []
  const actions: (() => Promise<unknown>)[] = [
    () => {
      // A caller who got no answer asks again with the same key.
      const isAgain = keys.length > 0 && random.next() < 0.2
      const key = isAgain ? random.pick(keys) : `key-${keys.length}`
      keys.push(key)
      const choice = Number(key.slice(4))
      const amount = BigInt(1 + ((choice * 7919) % 5000))
      return stage.tip(
        choice % 3 === 0 ? 'vic' : 'samy',
        amount,
        instruments[choice % instruments.length] ?? '',
        key,
      )
    },
    () => someTip(stage, random, (tipId) => refundPart(stage, random, tipId)),
    () => someTip(stage, random, (tipId) => stage.tips().updateTipStatus(tipId, 'canceled')),
    () => deliver(stage, random),
    () => deliver(stage, random),
    () => stage.tips().reconcile(),
    () => stage.tips().deliver(),
    async () => stage.wait(random.integer(1, 1800)),
    () => gatewaySide(stage, random),
    () => gatewaySide(stage, random),
    () => stage.ledger().mature(),
    () => stage.ledger().takeSnapshots({ minTail: 2 }),
    () => payOut(stage, random, `payout-${++payouts}`),
  ]
  for (let step = 0; step < steps; step++) {
    if (random.next() < 0.25) stage.crashes.crashAt(random.integer(1, 3), random.pick(['before', 'after']))
    await tolerant(random.pick(actions))
    if (random.next() < 0.3) stage.restart()
  }
  await settle(stage, random)
}

/** What an ordinary caller may be told, and a death. Anything else is a defect. */
async function tolerant(action: () => Promise<unknown>): Promise<void> {
  const expected = ['conflict', 'not_found', 'provider_unavailable', 'invalid_input']
  try {
    await action()
  } catch (error) {
    if (error instanceof Crash) return
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (!expected.includes(`${code}`)) throw error
  }
}

async function someTip(stage: Stage, random: Random, act: (tipId: string) => Promise<unknown>) {
  if (stage.tipIds.size > 0) await act(random.pick([...stage.tipIds]))
}

async function refundPart(stage: Stage, random: Random, tipId: string): Promise<void> {
  const { amount } = await stage.tips().getTip(tipId)
  const part = BigInt(random.integer(1, Number(amount.amount)))
  const input = random.next() < 0.4 ? {} : { amount: { amount: part, currency: amount.currency } }
  await stage.tips().refundTip(tipId, input, { idempotencyKey: `r${random.integer(1, 4)}` })
}

/** Webhooks arrive, some of them twice and some only later. */
async function deliver(stage: Stage, random: Random, isLossy = true): Promise<void> {
  for (const told of random.shuffle(await stage.takeEvents())) {
    const event = withoutForeignIds(told)
    // Of payments the gateway can be asked, so these may be lost for good.
    if (isLossy && event.type.startsWith('payment.') && random.next() < 0.3) continue
    // Refused ones come again: the fake does not send by itself here, so this is done at once.
    await untilTaken(
      () => stage.tips().applyEvent(event),
      () => stage.restart(),
    )
  }
}

function withoutForeignIds(event: GatewayEvent): GatewayEvent {
  if (!('refundId' in event) || !event.refundId?.startsWith('there-')) return event
  const { refundId: _, ...rest } = event
  return rest
}

async function untilTaken(apply: () => Promise<unknown>, restart: () => void): Promise<void> {
  try {
    await apply()
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    restart()
    await apply()
  }
}

/** What happens at the gateway without us: payers pay, go to their bank, and refunds are made there and fail. */
async function gatewaySide(stage: Stage, random: Random): Promise<void> {
  const { control, books } = stage.gateway
  const one = (kind: FakeBookLine['kind']) => random.pick(books.lines().filter((line) => line.kind === kind))
  const part = ({ amount: { amount, currency } }: FakeBookLine): Money => ({
    amount: BigInt(random.integer(1, Math.abs(Number(amount)))),
    currency,
  })
  const move = (kind: 'withdrawn' | 'reinstated', fee?: (line: FakeBookLine) => Money) => {
    const line = one('dispute')
    control.moveDispute(line.disputeRef ?? '', kind, part(line), fee?.(line))
  }
  const tries: (() => unknown)[] = [
    () => control.openDispute(one('charge').ref, random.next() < 0.5 ? part(one('charge')) : undefined),
    () => control.failRefund(one('refund').ref),
    () => control.closeDispute(one('dispute').disputeRef ?? '', random.pick(['won', 'lost'])),
    () => move('reinstated'),
    () => move('withdrawn', part),
    () => move('reinstated', (line) => negateMoney(part(line))),
    () => refundThere(stage, one('charge'), part),
  ]
  try {
    await random.pick(tries)()
  } catch {
    // There is none, or it is closed already.
  }
}

/** A refund in the gateway's own pages; its events do not know of ours. */
async function refundThere(stage: Stage, charge: FakeBookLine, part: (line: FakeBookLine) => Money) {
  const refundId = `there-${crypto.randomUUID()}`
  const request = { refundId, chargeRef: charge.ref, amount: part(charge) }
  await stage.gateway.refund(request, { idempotencyKey: refundId })
}

async function payOut(stage: Stage, random: Random, key: string): Promise<void> {
  const [creatorId, currency] = [random.pick(['ava', 'eve']), random.pick(['USD', 'JPY'])]
  const outcome = await stage.ledger().payout({ key, creatorId, currency })
  if (outcome.outcome !== 'posted') return
  const balances = await stage.ledger().balances(creatorId)
  const available = balances.find((balance) => balance.currency === currency)?.available ?? 0n
  assert(available >= 0n, `the payout ${key} overdrew ${creatorId} to ${available}`)
  if (random.next() < 0.5) await stage.ledger().failPayout(key)
}

/** Nothing is lost any more: time passes, what was lost is looked up, and what is left arrives. */
async function settle(stage: Stage, random: Random): Promise<void> {
  stage.restart()
  stage.gateway.control.setFaults({})
  for (let round = 0; round < 12; round++) {
    stage.wait(8 * 3600)
    await deliver(stage, random, false)
    await stage.tips().reconcile()
    await stage.tips().deliver()
  }
}
