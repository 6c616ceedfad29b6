import { expect, test } from 'vitest'
import { createViewerSessions } from './viewer-sessions.ts'

test('two viewers who begin at the same moment both get to watch', () => {
  const viewers = createViewerSessions(() => new Date('2026-01-01T00:00:00Z'), 15)
  const first = viewers.begin('arn:a', null)
  const second = viewers.begin('arn:a', null)
  expect(viewers.touch(first, 'arn:a')).not.toBeNull()
  expect(viewers.touch(second, 'arn:a')).not.toBeNull()
  expect(viewers.count('arn:a')).toBe(2)
})

test('who watched a stream that has ended counts no more, and may play on to its end', () => {
  const viewers = createViewerSessions(() => new Date(), 15)
  const old = viewers.begin('arn', null)
  viewers.touch(old, 'arn')
  viewers.retire('arn')
  expect(viewers.touch(old, 'arn')).not.toBeNull()
  viewers.touch(viewers.begin('arn', null), 'arn')
  expect(viewers.count('arn')).toBe(1)
})

test('a session that nobody used for ten minutes is forgotten', () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const viewers = createViewerSessions(() => now, 15)
  const silent = viewers.begin('arn:a', null)
  now = new Date('2026-01-01T00:11:00Z')
  viewers.begin('arn:a', null)
  expect(viewers.touch(silent, 'arn:a')).toBeNull()
})
