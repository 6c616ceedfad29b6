import type { AccessRule, Stream } from '@stagedoor/streaming-core'
import { expect, test } from 'vitest'
import { access, eligibility } from './access.ts'

function streamWith(rule: AccessRule): Stream {
  return {
    id: 's1',
    creatorId: 'ava',
    title: 'Evening set',
    status: 'live',
    adapterId: 'ivs',
    delivery: 'hls',
    channel: null,
    decision: { publishing: 'obs', candidate: 'ivs-channel', adapterId: 'ivs', reasons: [] },
    quality: 'hd',
    access: rule,
    recording: false,
    recordings: [],
    budget: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    viewers: { current: 0, peak: 0 },
    usage: { liveMs: 0, viewerMs: 0, until: null },
    budgetReached: 0,
    session: null,
    version: 1,
  }
}

const cases: readonly [AccessRule, string | null, string][] = [
  [{}, null, 'allowed'],
  [{ audience: 'everyone' }, null, 'allowed'],
  [{ audience: 'signed_in' }, null, 'sign_in'],
  [{ audience: 'signed_in' }, 'sam', 'allowed'],
  [{ audience: 'invited', invited: ['vic'] }, null, 'sign_in'],
  [{ audience: 'invited', invited: ['vic'] }, 'vic', 'allowed'],
  [{ audience: 'invited', invited: ['vic'] }, 'sam', 'banned'],
  [{ audience: 'invited', invited: 'victor' }, 'vic', 'banned'],
  [{ audience: 'invited' }, 'ava', 'allowed'],
  [{ audience: 'somebody' }, 'vic', 'banned'],
  [{ audience: null }, 'vic', 'banned'],
]

test.each(cases)('%j answers viewer %s with %s', async (rule, userId, expected) => {
  const decision = await access({ userId }, streamWith(rule))
  expect(decision.allowed ? 'allowed' : decision.reason).toBe(expected)
})

test('creators may go live, others are told why not', async () => {
  expect(await eligibility({ userId: 'ava' })).toEqual({ eligible: true, verified: true })
  expect(await eligibility({ userId: 'noa' })).toEqual({ eligible: true, verified: false })
  expect(await eligibility({ userId: 'vic' })).toMatchObject({
    eligible: false,
    reason: /Vic has a viewer account/,
  })
  expect(await eligibility({ userId: 'x' })).toMatchObject({ eligible: false })
})
