import { expect, test } from 'vitest'
import { createViewerSessions } from './viewer-sessions.ts'

test('two viewers who begin at the same moment both get to watch', () => {
  const viewers = createViewerSessions(() => new Date('2026-01-01T00:00:00Z'), 15)
  const first = viewers.begin('arn:a', null, null)
  const second = viewers.begin('arn:a', null, null)
  expect(viewers.touch(first, 'arn:a')).not.toBeNull()
  expect(viewers.touch(second, 'arn:a')).not.toBeNull()
  expect(viewers.count('arn:a')).toBe(2)
})

test('who watched a stream that has ended counts no more, and may play on to its end', () => {
  const viewers = createViewerSessions(() => new Date(), 15)
  const old = viewers.begin('arn', null, null)
  viewers.touch(old, 'arn')
  viewers.retire('arn')
  expect(viewers.touch(old, 'arn')).not.toBeNull()
  viewers.touch(viewers.begin('arn', null, null), 'arn')
  expect(viewers.count('arn')).toBe(1)
})

test('a session that nobody used for ten minutes is forgotten', () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const viewers = createViewerSessions(() => now, 15)
  const silent = viewers.begin('arn:a', null, null)
  now = new Date('2026-01-01T00:11:00Z')
  viewers.begin('arn:a', null, null)
  expect(viewers.touch(silent, 'arn:a')).toBeNull()
})

test('a revocation ends what the viewer plays by versions up to its own, on that channel, and keeps them out', () => {
  const viewers = createViewerSessions(() => new Date(), 15)
  const vic = (version: number) => ({ id: 'vic', version })
  const begin = (viewer: { id: string; version: number } | null, channel = 'arn:a') => {
    const id = viewers.begin(channel, null, viewer)
    viewers.touch(id, channel)
    return id
  }
  const revoked = [begin(vic(0)), begin(vic(5))]
  const kept = [begin(vic(6)), begin({ id: 'sam', version: 5 }), begin(null)]
  const elsewhere = begin(vic(5), 'arn:b')
  viewers.revoke('arn:a', 'vic', 5)
  viewers.revoke('arn:a', 'vic', 3)
  for (const id of revoked) expect(viewers.touch(id, 'arn:a')).toBeNull()
  for (const id of kept) expect(viewers.touch(id, 'arn:a')).not.toBeNull()
  expect(viewers.touch(elsewhere, 'arn:b')).not.toBeNull()
  expect(viewers.count('arn:a')).toBe(3)
  expect([5, 6].map((version) => viewers.isRevoked('arn:a', vic(version)))).toEqual([true, false])
})
