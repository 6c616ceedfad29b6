import { expect, it } from 'vitest'
import { createTips } from './create-tips.ts'
import { platform, vic } from './platform.fixture.ts'
import type { Tips } from './tips.ts'

const card = '4242 4242 4242 4242'
const key = { idempotencyKey: 'k' }
const input = { creatorId: 'ava', amount: { amount: '500', currency: 'USD' } }
// Callers without types can pass anything.
// biome-ignore lint/suspicious/noExplicitAny: what is tested is what types forbid
type Call = (tips: any) => Promise<unknown>

it.each<[string, string, Call]>([
  ['createTip without a payer', 'payer', (tips) => tips.createTip(null, input, key)],
  ['createTip without input', 'input', (tips) => tips.createTip(vic, null, key)],
  ['createTip of a list', 'input', (tips) => tips.createTip(vic, [], key)],
  ['createTip without options', 'options', (tips) => tips.createTip(vic, input, null)],
  ['getTip', 'tipId', (tips) => tips.getTip(null)],
  ['getTip of NUL', 'tipId', (tips) => tips.getTip('a\0b')],
  ['listTips', 'query', (tips) => tips.listTips(null)],
  ['getCreatorTips', 'query', (tips) => tips.getCreatorTips('ava', null)],
  ['updateTipStatus', 'options', (tips) => tips.updateTipStatus('t', 'failed', null)],
  ['refundTip', 'tipId', (tips) => tips.refundTip(null, {}, key)],
  ['refundTip without input', 'input', (tips) => tips.refundTip('t', null, key)],
  ['refundTip without options', 'options', (tips) => tips.refundTip('t', {}, undefined)],
  ['getCreatorEarnings', 'creatorId', (tips) => tips.getCreatorEarnings(null)],
  ['receiveWebhook', 'request', (tips) => tips.receiveWebhook('fake', null)],
  ['applyEvent', 'event', (tips) => tips.applyEvent(null)],
  ['reconcile', 'options', (tips) => tips.reconcile(null)],
  ['deliver', 'options', (tips) => tips.deliver(null)],
  ['setGoal', 'input', (tips) => tips.setGoal('ava', undefined)],
  ['setMenu', 'items', (tips) => tips.setMenu('ava', null)],
  ['setMenu of nothing', 'items.0', (tips) => tips.setMenu('ava', [null])],
  ['getLeaderboard', 'query', (tips) => tips.getLeaderboard(null)],
  ['blockPayer', 'payerId', (tips) => tips.blockPayer('ava', null)],
  ['listBlockedPayers', 'query', (tips) => tips.listBlockedPayers('ava', null)],
  ['setAlertSettings', 'input', (tips) => tips.setAlertSettings('ava', null)],
])('%s of nothing names %s', async (_, field, call) => {
  const { tips } = platform()
  await tips.rotateAlertToken('ava')
  await expect(call(tips)).rejects.toMatchObject({ code: 'invalid_input', field })
})

it('a cursor that holds what no id has is malformed', async () => {
  const { tips } = platform()
  const cursorOf = (value: unknown) => btoa(JSON.stringify(value)).replaceAll('=', '')
  const refused = { code: 'invalid_input', field: 'cursor' }
  await expect(tips.listTips({ cursor: cursorOf([1, 'a\0']) })).rejects.toMatchObject(refused)
  const blocked = tips.listBlockedPayers('ava', { cursor: cursorOf('%00') })
  await expect(blocked).rejects.toMatchObject(refused)
})

it('two ways to write the same tip are the same tip', async () => {
  const { tip } = platform()
  const { tip: first } = await tip({ amount: { amount: '500', currency: 'USD' } }, vic, 'k1')
  const others = [
    { amount: { amount: '0500', currency: 'USD' } },
    { amount: { amount: 500n, currency: 'USD' }, anonymous: false },
    { amount: { currency: 'USD', amount: '500' }, message: '  ' },
  ]
  for (const other of others) expect((await tip(other, vic, 'k1')).tip.id).toBe(first.id)
  await expect(tip({ ...others[0], anonymous: true }, vic, 'k1')).rejects.toMatchObject({ code: 'conflict' })
})

it('a currency that ISO 4217 does not have is refused at the start', () => {
  const { store, ledger, gateway } = platform()
  const make = (code: string): Tips =>
    createTips({
      ...{ store, ledger, gateways: [gateway], creator: () => ({}) },
      currencies: { USD: { minimum: 1n, maximum: 2n }, [code]: { minimum: 1n, maximum: 2n } },
    })
  expect(() => make('USX')).toThrow(
    expect.objectContaining({ code: 'invalid_input', field: 'currencies.USX' }),
  )
  expect(Object.keys(make('JPY').rules.currencies)).toEqual(['USD', 'JPY'])
})

it('a name that looks like a card number is neither stored nor shown', async () => {
  const { tip, tips, told } = platform()
  const { tip: made } = await tip({}, { userId: 'vic', displayName: card })
  expect(made).not.toHaveProperty('payerName')
  await tips.deliver()
  expect(told).toMatchObject([{ tip: { from: null } }])
  expect((await tips.getLeaderboard({ creatorId: 'ava' }))[0]?.payerName).toBeNull()
})

it('a stream that looks like a card number is stored only where the platform knows it', async () => {
  const streamId = card.replaceAll(' ', '')
  const refused = { code: 'invalid_input', field: 'streamId' }
  await expect(platform().tip({ streamId })).rejects.toMatchObject(refused)
  const known = platform({ streamCreator: () => 'ava' })
  expect((await known.tip({ streamId })).tip.streamId).toBe(streamId)
})

it.each([
  ['x'.repeat(201), { code: 'misconfigured' }],
  ['a\0b', { code: 'misconfigured' }],
  [`call ${card}`, { code: 'invalid_input', field: 'message' }],
])('what moderate makes of a message is held to the same rules: %j', async (answer, error) => {
  const { tip, gateway } = platform({ moderate: () => answer })
  await expect(tip({ message: 'hi' })).rejects.toMatchObject(error)
  expect(gateway.books.lines()).toEqual([])
})

it('what moderate makes of a message is trimmed, and nothing is no message', async () => {
  const trimmed = platform({ moderate: () => ' …  ' })
  expect((await trimmed.tip({ message: 'hi' })).tip.message).toBe('…')
  const empty = platform({ moderate: () => '  ' })
  expect((await empty.tip({ message: 'hi' })).tip).not.toHaveProperty('message')
})
