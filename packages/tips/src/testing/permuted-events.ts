import { type CreatorBalance, memoryLedgerStore } from '@stagedoor/ledger'
import { type GatewayEvent, type Money, negateMoney } from '@stagedoor/payment-gateway'
import { memoryTipStore } from '../memory-tip-store.ts'
import { type Tip, tipStatuses } from '../tip.ts'
import type { MoneyStores } from './describe-money.ts'
import type { Random } from './random.ts'
import { assert } from './runner.ts'
import { createStage, type Stage } from './stage.ts'

/** What a gateway told on an evening, and a way to tell it again in another order. */
export interface PermutedEvents {
  readonly events: readonly GatewayEvent[]
  /** All of them, some twice, in any order. */
  shuffled(): readonly GatewayEvent[]
  /** Applies them to tips that nobody knows anything of yet, and describes how all ends. */
  replay(stores: MoneyStores, events: readonly GatewayEvent[]): Promise<string>
}

const tipCount = 12

/** Tips that are paid, refunded in part, disputed, won and lost, all of it at the gateway alone. */
export async function permutedEvents(random: Random): Promise<PermutedEvents> {
  const books = memoryLedgerStore()
  const stage = createStage({ tips: memoryTipStore({ ledger: books }), ledger: books }, random)
  const { control } = stage.gateway
  for (const tip of await makeTips(stage)) {
    const ref = tip.chargeRef ?? ''
    control.settle(ref)
    const { amount, currency } = tip.amount
    for (let refund = 0; refund < 3; refund++) {
      const part = 1n + (amount * BigInt(random.integer(1, 30))) / 100n
      const request = { refundId: `r${refund}:${tip.id}`, chargeRef: ref, amount: { amount: part, currency } }
      const made = await stage.gateway.refund(request, { idempotencyKey: request.refundId })
      if (made.kind === 'succeeded' && random.next() < 0.5) control.failRefund(made.ref ?? '')
    }
    if (random.next() < 0.6) dispute(control, random, ref, { amount, currency })
  }
  const told = await stage.takeEvents()
  // Some gateways tell all that a dispute has moved each time, others only what moved now.
  const events = random.next() < 0.5 ? told : told.map(narrowed)
  assert(events.length > tipCount * 4, 'the evening is too short to say anything')
  return {
    events,
    shuffled: () => random.shuffle([...events, ...events.filter(() => random.next() < 0.3)]),
    replay: (stores, order) => replay(createStage(stores, random), order),
  }
}

/** A bank that takes money, in parts or again, gives it back, and decides. */
function dispute(
  control: Stage['gateway']['control'],
  random: Random,
  chargeRef: string,
  { amount, currency }: Money,
) {
  const cents = (share: number): Money => ({ amount: 1n + (amount * BigInt(share)) / 100n, currency })
  const ref = control.openDispute(chargeRef, cents(random.integer(0, 10)))
  const tries: (() => void)[] = [
    () => control.moveDispute(ref, 'withdrawn', cents(random.integer(0, 40)), cents(random.integer(0, 5))),
    () => control.moveDispute(ref, 'reinstated', cents(random.integer(0, 20))),
    () => control.moveDispute(ref, 'reinstated', cents(random.integer(0, 5)), negateMoney(cents(1))),
    () => control.closeDispute(ref, random.pick(['won', 'lost'])),
  ]
  for (let step = random.integer(0, 6); step > 0; step--) {
    try {
      random.pick(tries)()
    } catch {
      // There is not so much to give back, or it is decided.
    }
  }
}

function narrowed(event: GatewayEvent): GatewayEvent {
  if (!('movements' in event)) return event
  const moves = event.type === 'dispute.funds_withdrawn' || event.type === 'dispute.funds_reinstated'
  return { ...event, movements: moves ? event.movements.slice(-1) : [] }
}

async function replay(stage: Stage, events: readonly GatewayEvent[]): Promise<string> {
  await makeTips(stage)
  for (const event of events) await stage.tips().applyEvent(event)
  const { fault } = await stage.ledger().verify()
  assert(fault === null, `the books are wrong: ${JSON.stringify(fault)}`)
  const { items } = await stage.tips().listTips({ limit: 200 })
  const ends = [...items].sort((left, right) => (left.id < right.id ? -1 : 1)).map(ending)
  const balances = await Promise.all(
    ['ava', 'eve'].map(async (creatorId) => (await stage.ledger().balances(creatorId)).map(standing)),
  )
  return JSON.stringify([ends, balances], (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  )
}

async function makeTips(stage: Stage): Promise<readonly Tip[]> {
  const tips: Tip[] = []
  for (let index = 0; index < tipCount; index++) {
    const payer = index % 2 === 0 ? 'vic' : 'samy'
    tips.push(await stage.tip(payer, BigInt(index * 331 + 10), 'fake_redirect', `key-${index}`))
  }
  return tips
}

/** Which of a refund and a dispute of the same cents took them is history; what is there is not. */
function standing({ refunded, disputed, ...balance }: CreatorBalance) {
  return { ...balance, takenBack: refunded + disputed }
}

/** A tip without what says how it got there. */
function ending({ id, status, refunds, disputes, refundedTotal, dispute, strays }: Tip) {
  const byId = <Part>(parts: readonly Part[], idOf: (part: Part) => string) =>
    [...parts].sort((left, right) => (idOf(left) < idOf(right) ? -1 : 1))
  return {
    ...{ id, refundedTotal, dispute, rank: tipStatuses.indexOf(status) },
    refunds: byId(refunds, (refund) => refund.id).map(({ id: refundId, amount, status: how }) => [
      refundId,
      amount,
      how,
    ]),
    disputes: byId(
      disputes.map((one) => ({ ...one, movements: byId(one.movements, ({ ref }) => ref) })),
      ({ ref }) => ref,
    ),
    strays: byId(strays, ({ ref }) => ref).map(({ ref, amount }) => [ref, amount]),
  }
}
