import type { TipStore } from '../tip-store.ts'
import type { StoreTest } from './describe-tip-store.ts'
import { assert, assertEqual } from './runner.ts'
import {
  at,
  completion,
  later,
  nextTip,
  plainChange,
  sampleBooking,
  sampleEvent,
  sampleTip,
} from './sample-tip.ts'

async function create(tips: TipStore, ...ids: readonly string[]) {
  const made = ids.map((id) => sampleTip(id))
  for (const tip of made) await tips.create(tip, [], later(60))
  return made
}

const claimAll = (tips: TipStore, second = 0) =>
  tips.claimEvents({ at: later(second), until: later(second + 60), limit: 1000 })

/** The one atomic step: tip, inbox, books, sums and outbox. */
export function describeTipCommits(it: StoreTest): void {
  it('changes a tip, its inbox, its books, its sums and its outbox in one', async ({ tips, ledger }) => {
    const [tip = sampleTip('t')] = await create(tips, 't')
    const change = completion({ ...tip, goalId: 'g1' })
    assertEqual(await tips.commit([change], at), ['committed'], 'the answer')
    const loaded = await tips.load([{ tipId: 't', ...(change.event && { event: change.event }) }])
    assertEqual(loaded, [{ tip: change.tip, isSeen: true }], 'tip and inbox')
    const elsewhere = { gateway: 'ccbill', id: 'evt_t', type: 'x' }
    assertEqual(
      (await tips.load([{ tipId: 't', event: elsewhere }]))[0]?.isSeen,
      false,
      'of its gateway alone',
    )
    assertEqual((await ledger.get('completion:t'))?.recordedAt, at, 'books')
    assertEqual(await tips.goalTotal({ id: 'g1', creatorId: 'ava' }), 1000n, 'sums')
    assertEqual(await claimAll(tips), [{ event: change.events[0], attempts: 1 }], 'outbox')
    assertEqual(await tips.claimDue({ at: later(9999), until: at, limit: 9 }), [], 'and nothing to look up')
  })

  it('lets exactly one of 50 changes from the same version win, and stores nothing of the others', async ({
    tips,
    ledger,
  }) => {
    const [tip = sampleTip('t')] = await create(tips, 't')
    const changes = Array.from({ length: 50 }, (_, caller) => ({
      ...completion({ ...tip, message: `of caller ${caller}` }),
      event: { gateway: 'stripe', id: `evt_${caller}`, type: 'payment.succeeded' },
      events: [sampleEvent(tip, `event ${caller}`)],
    }))
    const results = (await Promise.all(changes.map((change) => tips.commit([change], at)))).flat()
    const winner = results.indexOf('committed')
    assertEqual(results.filter((result) => result === 'committed').length, 1, 'one wins')
    const seen = await tips.load(changes.map(({ event }) => ({ tipId: 't', event })))
    assertEqual(seen[0]?.tip?.message, `of caller ${winner}`, 'its tip is there')
    const inbox = seen.flatMap(({ isSeen }, caller) => (isSeen ? [caller] : []))
    assertEqual(inbox, [winner], 'its event is in the inbox alone')
    assertEqual(
      (await claimAll(tips)).map(({ event }) => event.id),
      [`event ${winner}`],
      'and in the outbox',
    )
    const board = await tips.leaderboard({ creatorId: 'ava', currency: 'USD', limit: 10 })
    assertEqual(board, [{ payerId: 'vic', payerName: 'Vic', amount: 1000n, tips: 1 }], 'it counts once')
    assertEqual((await ledger.audit()).transfers, 1, 'it is booked once')
  })

  it('answers for each change of a call, and a stale one does not hinder its neighbours', async ({
    tips,
    ledger,
  }) => {
    const [a = sampleTip('a'), b = sampleTip('b'), c = sampleTip('c')] = await create(tips, 'a', 'b', 'c')
    await tips.commit([plainChange(nextTip(b))], at)
    const results = await tips.commit(
      [completion(a), completion(b), completion(sampleTip('x')), completion(c)],
      at,
    )
    assertEqual(results, ['committed', 'stale', 'stale', 'committed'], 'in the order given')
    const booked = await Promise.all(['a', 'b', 'x', 'c'].map((id) => ledger.get(`completion:${id}`)))
    assertEqual(
      booked.map((transfer) => transfer !== null),
      [true, false, false, true],
      'in the books',
    )
    const [first] = await tips.load([{ tipId: 'b' }])
    assertEqual(first?.tip?.status, 'pending', 'the stale one is as it was')
  })

  it('takes the first of two changes of one tip in a call', async ({ tips }) => {
    const [tip = sampleTip('t')] = await create(tips, 't')
    const both = ['first', 'second'].map((message) => plainChange(nextTip(tip, { message })))
    assertEqual(await tips.commit(both, at), ['committed', 'stale'], 'the first')
    assertEqual((await tips.load([{ tipId: 't' }]))[0]?.tip?.message, 'first', 'is stored')
    assertEqual(await tips.commit([], at), [], 'nothing is asked for')
  })

  it('stores nothing of a call that would book what is booked already', async ({ tips, ledger }) => {
    const [a = sampleTip('a'), b = sampleTip('b')] = await create(tips, 'a', 'b')
    await ledger.post([sampleBooking(b)], at)
    const refused = await tips.commit([completion(a), completion(b)], at).then(
      () => null,
      (error: unknown) => error,
    )
    assert(refused instanceof Error, 'it is refused')
    assertEqual(
      (await tips.load([{ tipId: 'a' }, { tipId: 'b' }])).map(({ tip }) => tip),
      [a, b],
      'the tips',
    )
    assertEqual(await ledger.get('completion:a'), null, 'the books')
    assertEqual(await claimAll(tips), [], 'the outbox')
    assertEqual(await tips.commit([completion(a)], at), ['committed'], 'a is committed without b')
  })

  it('refuses a movement of a gateway that another tip has booked', async ({ tips }) => {
    const [a = sampleTip('a'), b = sampleTip('b')] = await create(tips, 'a', 'b')
    await tips.commit([completion(a)], at)
    const [transfer = sampleBooking(b)] = completion(b).transfers
    const taken = { ...transfer, gateway: { id: 'stripe', ref: 'pi_a' } }
    const refused = await tips.commit([{ ...completion(b), transfers: [taken] }], at).then(
      () => null,
      (error: unknown) => error,
    )
    assert(refused instanceof Error, 'it is refused')
    assertEqual((await tips.load([{ tipId: 'b' }]))[0]?.tip, b, 'the tip is as it was')
  })

  it('books the tips of 200 callers at once, each once', async ({ tips, ledger }) => {
    const made = await create(tips, ...Array.from({ length: 50 }, (_, index) => `t${index}`))
    const callers = [...made, ...made, ...made, ...made]
    const results = (await Promise.all(callers.map((tip) => tips.commit([completion(tip)], at)))).flat()
    assertEqual(results.filter((result) => result === 'committed').length, 50, 'one of four for each')
    const { totals } = await ledger.totals({ owner: 'ava', at })
    const pending = totals.find(({ account }) => account === 'creator_pending')
    assertEqual(pending?.amount, 42_500n, 'the creator’s part')
  })

  it('hands out events in their order to one of those who ask at once, and again when they were not delivered', async ({
    tips,
  }) => {
    const [tip = sampleTip('t')] = await create(tips, 't')
    const events = Array.from({ length: 12 }, (_, index) => sampleEvent(tip, `e${index}`))
    await tips.commit([plainChange(nextTip(tip), { events })], at)
    const claim = (second: number, limit = 5) =>
      tips.claimEvents({ at: later(second), until: later(second + 60), limit })
    const claimed = (await Promise.all([1, 2, 3, 4].map(() => claim(0)))).flat()
    for (let more = await claim(0); more.length > 0; more = await claim(0)) claimed.push(...more)
    const names = claimed.map(({ event }) => event.id).sort()
    assertEqual(names, events.map(({ id }) => id).sort(), 'each to one of them')
    await tips.removeEvents(['e0', 'e1', 'e2', 'nobody'])
    await tips.releaseEvent('e11', later(10))
    await tips.releaseEvent('nobody', at)
    assertEqual(await claim(9), [], 'before its time')
    assertEqual(
      (await claim(10)).map(({ event, attempts }) => [event.id, attempts]),
      [['e11', 2]],
      'the released',
    )
    const rest = await tips.claimEvents({ at: later(60), until: later(61), limit: 100 })
    assertEqual(
      rest.map(({ event }) => event.id),
      ['e3', 'e4', 'e5', 'e6', 'e7', 'e8', 'e9', 'e10'],
      'the rest, oldest first',
    )
    assertEqual(rest[0], { event: events[3], attempts: 2 }, 'as it was told')
  })
}
