import { describe, expect, it } from 'vitest'
import { memory } from '../memory-adapter.ts'
import { createSite } from './site.fixture.ts'

const broadcast = memory({ id: 'broadcast' })
const rooms = memory({ id: 'rooms', delivery: 'webrtc' })

function open() {
  const site = createSite({
    core: {
      adapters: [broadcast, rooms],
      eligibility: ({ userId }) =>
        userId === 'vic'
          ? { eligible: false, reason: 'Only creators go live here.' }
          : { eligible: true, verified: userId === 'ava' },
    },
  })
  const decide = async (as: string | null, body: object) => {
    const answer = await site.call('POST', '/estimates', { as, body })
    expect(answer.status).toBe(200)
    const { decision } = await answer.json()
    return [decision.candidate, decision.publishing]
  }
  return { ...site, decide }
}

describe('an estimate', () => {
  it('is what the creator who asks would get: a new one starts in the browser, a verified one chooses', async () => {
    const { decide, call } = open()
    const plan = { method: 'obs' }
    expect(await decide('noa', plan)).toEqual(['rooms', 'browser'])
    expect(await decide('ava', plan)).toEqual(['broadcast', 'obs'])
    for (const as of ['noa', 'ava']) {
      const [candidate, publishing] = await decide(as, plan)
      const created = await call('POST', '/streams', { as, body: { title: 'Show', ...plan } })
      expect((await created.json()).decision).toMatchObject({ candidate, publishing })
    }
  })

  it('is that of a verified creator for anybody who cannot go live, signed in or not', async () => {
    const { decide } = open()
    for (const as of [null, 'vic']) expect(await decide(as, { method: 'obs' })).toEqual(['broadcast', 'obs'])
  })

  it('knows what carried the creator’s last stream', async () => {
    const { decide, call, streaming } = open()
    const first = await decide('ava', {})
    const other = first[0] === 'rooms' ? 'obs' : 'browser'
    const created = await call('POST', '/streams', { as: 'ava', body: { title: 'Show', method: other } })
    const { stream } = await created.json()
    await streaming.endStream({ userId: 'ava' }, stream.id)
    expect(await decide('ava', {})).not.toEqual(first)
    expect(await decide(null, {})).toEqual(first)
  })

  it('of a plan that nothing can carry still has every quote, and says why not', async () => {
    const { call } = open()
    const answer = await call('POST', '/estimates', { body: { expectedViewers: 20_000, record: true } })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      decision: null,
      quotes: ['broadcast', 'rooms'].map((candidate) => ({
        candidate,
        feasible: false,
        reasons: expect.arrayContaining(['does not record']),
      })),
    })
    const created = await call('POST', '/streams', {
      as: 'ava',
      body: { title: 'Show', expectedViewers: 20_000 },
    })
    expect([created.status, (await created.json()).error.code]).toEqual([501, 'unsupported'])
  })
})
