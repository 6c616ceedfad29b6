import { describe, expect, it } from 'vitest'
import { platform, sam } from './platform.fixture.ts'

const usd = (amount: bigint) => ({ amount, currency: 'USD' })

describe('what a bank took back', () => {
  async function disputed() {
    const stage = platform({ fake: {} })
    await stage.tips.setGoal('ava', { title: 'x', targets: [usd(5000n)] })
    await stage.tip({}, sam)
    const { tip } = await stage.tip()
    const dispute = stage.gateway.control.openDispute(tip.chargeRef ?? '')
    await stage.webhooks()
    const sums = async () => {
      const lines = await stage.tips.getLeaderboard({ creatorId: 'ava' })
      const goal = await stage.tips.getGoal('ava')
      return {
        board: lines.map(({ payerId, amount, tips }) => `${payerId} ${amount} ${tips}`),
        total: goal?.progress.total.amount,
      }
    }
    return { ...stage, dispute, sums }
  }
  const without = { board: ['sam 1010 1'], total: 1010n }
  const whole = { board: ['sam 1010 1', 'vic 1010 1'], total: 2020n }

  it('counts for no goal and no leaderboard, and counts again once it is won', async () => {
    const { gateway, webhooks, dispute, sums } = await disputed()
    expect(await sums()).toEqual(without)
    gateway.control.closeDispute(dispute, 'won')
    await webhooks()
    expect(await sums()).toEqual(whole)
  })

  it('stays away when the dispute is lost', async () => {
    const { gateway, webhooks, dispute, sums } = await disputed()
    gateway.control.closeDispute(dispute, 'lost')
    await webhooks()
    expect(await sums()).toEqual(without)
  })
})

describe('the largest tip of somebody new', () => {
  const large = { amount: usd(15_000n) }
  const refused = { code: 'invalid_input', field: 'amount' }

  it('holds for who was given all of it back, and no longer for whose money stayed', async () => {
    const { tip, refund } = platform()
    const { tip: first } = await tip()
    await refund(first.id)
    await expect(tip(large)).rejects.toMatchObject(refused)
    const { tip: second } = await tip()
    await refund(second.id, 500n)
    expect((await tip(large)).tip.status).toBe('completed')
  })

  it('holds for whose bank took it back', async () => {
    const { tip, gateway, webhooks } = platform()
    const { tip: first } = await tip()
    gateway.control.openDispute(first.chargeRef ?? '')
    await webhooks()
    await expect(tip(large)).rejects.toMatchObject(refused)
  })
})
