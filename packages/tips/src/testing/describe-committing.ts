import type { LedgerStore } from '@stagedoor/ledger'
import { publicTip, type TipEvent } from '../tip-event.ts'
import type { TipChange, TipStore } from '../tip-store.ts'
import type { MoneyStores } from './describe-money.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import {
  at,
  changeOf,
  completionOf,
  createAll,
  eventOf,
  idsOf,
  later,
  payAll,
  read,
  sampleTip,
  seen,
  times,
} from './sample-tip.ts'

const goal = { id: 'goal', creatorId: 'ava' }

/** Everything of a call beside the tips themselves. */
async function sideEffects({ tips, ledger }: MoneyStores) {
  const { transfers } = await ledger.audit()
  const claimed = await tips.claimEvents({ at: later(600), until: at, limit: 1000 })
  const board = await tips.leaderboard({ creatorId: 'ava', currency: 'USD', limit: 10 })
  return { transfers, events: idsOf(claimed.map(({ event }) => event)), board }
}

/** @throws Error unless the call is refused. */
async function refuse(store: TipStore, changes: readonly TipChange[]): Promise<void> {
  const error = await store.commit(changes, at).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  assert(error instanceof Error, 'it was not refused')
}

const isBooked = async (ledger: LedgerStore, key: string) => (await ledger.get(key)) !== null

/** Changes: tips, books, inbox, sums and outbox in one. */
export function describeCommitting(it: StoreTest): void {
  it('stores a change with its transfers, event, sums and what is to be told', async (stores) => {
    const { tips, ledger } = stores
    const tip = sampleTip('t1', { payerName: 'Vic', goalId: goal.id, message: 'hi' })
    await createAll(tips, [tip])
    const change = completionOf(tip)
    assertEqual(await seen(tips, ['evt_t1']), [false], 'the inbox before')
    assertEqual(await tips.commit([change], later(5)), ['committed'], 'the answer')
    assertEqual(await read(tips, 't1'), change.tip, 'the tip')
    assertEqual(await seen(tips, ['evt_t1']), [true], 'the inbox')
    const [transfer] = change.transfers
    assert(transfer, 'a transfer')
    const booked = await ledger.get('completion:t1')
    assertEqual(booked, { ...transfer, seq: booked?.seq, recordedAt: later(5) }, 'the transfer')
    assertEqual(await tips.goalTotal(goal), 1000n, 'the goal')
    const { board, events } = await sideEffects(stores)
    assertEqual(board, [{ payerId: 'vic', payerName: 'Vic', amount: 1000n, tips: 1 }], 'the leaderboard')
    assertEqual(events, ['t1:completed'], 'the outbox')
  })

  it('stores a change that has nothing but the tip', async (stores) => {
    const { tips } = stores
    const tip = sampleTip('t1')
    await createAll(tips, [tip])
    const change = changeOf(tip, { chargeRef: 'pi_1' })
    assertEqual(await tips.commit([change], at), ['committed'], 'the answer')
    assertEqual(await read(tips, 't1'), change.tip, 'the tip')
    assertEqual(await sideEffects(stores), { transfers: 0, events: [], board: [] }, 'nothing else')
    assertEqual(await tips.commit([], at), [], 'no change')
  })

  it('lets one of 50 changes of a version win, and stores nothing of the others', async (stores) => {
    const { tips, ledger } = stores
    const tip = sampleTip('t1', { goalId: goal.id })
    await createAll(tips, [tip])
    const changes = times(50, (index) => {
      const { transfers, ...change } = completionOf(tip, { event: eventOf(`evt${index}`) })
      const next = { ...change.tip, chargeRef: `pi_${index}` }
      const gateway = { id: 'stripe', ref: `pi_${index}` }
      return {
        ...{ ...change, tip: next },
        transfers: transfers.map((transfer) => ({ ...transfer, gateway, key: `key${index}` })),
        events: change.events.map((event) => ({ ...event, id: `told${index}` })),
      }
    })
    const answers = (await Promise.all(changes.map((change) => tips.commit([change], at)))).flat()
    const winner = answers.indexOf('committed')
    assertEqual(answers.filter((one) => one === 'committed').length, 1, 'committed')
    assertEqual(answers.filter((one) => one === 'stale').length, 49, 'stale')
    assertEqual(await read(tips, 't1'), changes[winner]?.tip, 'the tip')
    const inbox = await seen(
      tips,
      times(50, (index) => `evt${index}`),
    )
    assertEqual(
      inbox,
      times(50, (index) => index === winner),
      'the inbox',
    )
    const { transfers, events, board } = await sideEffects(stores)
    assertEqual(transfers, 1, 'transfers')
    assert(await isBooked(ledger, `key${winner}`), 'the winner’s transfer')
    assertEqual(events, [`told${winner}`], 'the outbox')
    assertEqual(board[0]?.amount, 1000n, 'the leaderboard')
    assertEqual(await tips.goalTotal(goal), 1000n, 'the goal')
    const loser = winner === 0 ? 1 : 0
    assertEqual(await tips.findByCharge('stripe', `pi_${loser}`), null, 'a payment of another one')
  })

  it('answers for each change in its order, and none hinders its neighbours', async (stores) => {
    const { tips } = stores
    const [a, b, c] = [sampleTip('a'), sampleTip('b'), sampleTip('c')]
    await createAll(tips, [a, b, c])
    const early = changeOf({ ...b, version: 2 }, {}, { event: eventOf('evt_b') })
    const unknown = completionOf(sampleTip('unknown'))
    const answers = await tips.commit([completionOf(a), early, unknown, completionOf(c)], at)
    assertEqual(answers, ['committed', 'stale', 'stale', 'committed'], 'the answers')
    assertEqual(await read(tips, 'b'), b, 'the one whose version is not there')
    assertEqual(await read(tips, 'unknown'), null, 'the unknown one')
    assertEqual(
      await seen(tips, ['evt_a', 'evt_b', 'evt_unknown', 'evt_c']),
      [true, false, false, true],
      'inbox',
    )
    const { transfers, events } = await sideEffects(stores)
    assertEqual(transfers, 2, 'transfers')
    assertEqual([...events].sort(), ['a:completed', 'c:completed'], 'the outbox')
  })

  it('commits one of those for the same tip in a call: the first whose version is next', async (stores) => {
    const { tips } = stores
    const tip = sampleTip('t1')
    await createAll(tips, [tip])
    const first = changeOf(tip, { chargeRef: 'pi_1' })
    await tips.commit([first], at)
    const second = completionOf(first.tip)
    const changes = [{ ...first, event: eventOf('late') }, second, { ...second, event: eventOf('second') }]
    assertEqual(await tips.commit(changes, at), ['stale', 'committed', 'stale'], 'the answers')
    assertEqual(await read(tips, 't1'), second.tip, 'the tip')
    assertEqual(await seen(tips, ['late', 'evt_t1', 'second']), [false, true, false], 'the inbox')
    assertEqual((await sideEffects(stores)).transfers, 1, 'transfers')
  })

  it('commits calls that share tips in opposite orders, each tip once', async (stores) => {
    const { tips } = stores
    const given = times(8, (index) => sampleTip(`t${index}`))
    await createAll(tips, given)
    const changes = given.map((tip) => completionOf(tip))
    const calls = times(6, (index) => (index % 2 ? [...changes].reverse() : changes))
    const answers = await Promise.all(calls.map((call) => tips.commit(call, at)))
    assertEqual(answers.flat().filter((one) => one === 'committed').length, 8, 'committed')
    const { transfers, board } = await sideEffects(stores)
    assertEqual(transfers, 8, 'transfers')
    assertEqual(board[0]?.amount, 8000n, 'the leaderboard')
  })

  it('books each of 50 tips once though 4 servers are told of each at once', async (stores) => {
    const { tips, ledger } = stores
    const made = times(50, (index) => sampleTip(`t${index}`))
    await createAll(tips, made)
    const told = [...made, ...made, ...made, ...made]
    const results = (await Promise.all(told.map((tip) => tips.commit([completionOf(tip)], at)))).flat()
    assertEqual(results.filter((result) => result === 'committed').length, 50, 'one of four for each')
    const { totals } = await ledger.totals({ owner: 'ava', at })
    const pending = totals.find(({ account }) => account === 'creator_pending')
    assertEqual(pending?.amount, 42_500n, 'the creator’s part')
  })

  it('takes an event that is about two tips, or in the inbox already', async ({ tips }) => {
    const [a, b, c] = [sampleTip('a'), sampleTip('b'), sampleTip('c')]
    await createAll(tips, [a, b, c])
    const about = { event: eventOf('evt') }
    const both = await tips.commit([completionOf(a, about), completionOf(b, about)], at)
    assertEqual(both, ['committed', 'committed'], 'two tips')
    assertEqual(await tips.commit([completionOf(c, about)], at), ['committed'], 'once more')
    assertEqual(await seen(tips, ['evt']), [true], 'the inbox')
  })

  for (const [what, booked] of [
    ['key', { key: 'completion:b', gateway: { id: 'stripe', ref: 'pi_x' } }],
    ['movement', { key: 'another', gateway: { id: 'stripe', ref: 'pi_b' } }],
  ] as const) {
    it(`throws when the ledger has a transfer’s ${what}, and stores nothing of the call`, async (stores) => {
      const { tips, ledger } = stores
      const [a, b] = [sampleTip('a', { goalId: goal.id }), sampleTip('b')]
      await createAll(tips, [a, b])
      const [transfer] = completionOf(b).transfers
      assert(transfer, 'a transfer')
      await ledger.post([{ ...transfer, ...booked }], at)
      await refuse(tips, [completionOf(a), completionOf(b)])
      for (const tip of [a, b]) assertEqual(await read(tips, tip.id), tip, `the tip ${tip.id}`)
      assertEqual(await seen(tips, ['evt_a', 'evt_b']), [false, false], 'the inbox')
      assert(!(await isBooked(ledger, 'completion:a')), 'a transfer of the other change was booked')
      assertEqual(await sideEffects(stores), { transfers: 1, events: [], board: [] }, 'nothing else')
      assertEqual(await tips.goalTotal(goal), 0n, 'the goal')
      assertEqual(await tips.commit([completionOf(a)], at), ['committed'], 'the other change by itself')
    })
  }

  it('throws when a transfer comes twice in a call, and stores nothing of it', async (stores) => {
    const { tips } = stores
    const [a, b] = [sampleTip('a'), sampleTip('b')]
    await createAll(tips, [a, b])
    const { transfers } = completionOf(a)
    await refuse(tips, [completionOf(a), completionOf(b, { transfers })])
    for (const tip of [a, b]) assertEqual(await read(tips, tip.id), tip, `the tip ${tip.id}`)
    assertEqual(await sideEffects(stores), { transfers: 0, events: [], board: [] }, 'nothing else')
  })

  it('does not look at the transfers of a change that is stale', async (stores) => {
    const { tips } = stores
    await payAll(tips, [sampleTip('t1')])
    assertEqual(await tips.commit([completionOf(sampleTip('t1'))], at), ['stale'], 'the same change again')
    assertEqual((await sideEffects(stores)).transfers, 1, 'transfers')
  })

  it('tells what happened as it was told', async ({ tips }) => {
    const tip = sampleTip('t1', { message: 'Bravo! \u{1f3ad} "x" \\' })
    await createAll(tips, [tip])
    const event: TipEvent = {
      ...{ id: '900719925474099301:"x"', at: later(3), creatorId: 'ava' },
      ...{ payerId: 'vic', tip: publicTip(tip), amount: { amount: '9007199254740993', currency: 'USD' } },
      chargeRef: 'pi_stray',
      type: 'tip.strayed',
    }
    await tips.commit([changeOf(tip, {}, { events: [event] })], at)
    const claimed = await tips.claimEvents({ at: later(3), until: later(60), limit: 1 })
    assertEqual(claimed, [{ event, attempts: 1 }], 'the outbox')
  })
}
