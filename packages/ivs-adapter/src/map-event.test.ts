import { describe, expect, it } from 'vitest'
import { eventFixture } from './fixtures.fixture.ts'
import { mapEvent } from './map-event.ts'

const channelId = 'arn:aws:ivs:us-east-1:123456789012:channel/AbCdEfGh1234'
const sessionId = 'st-1A1b2c3D4e5F6a7B8c9D0e1'

describe('an event of IVS', () => {
  it.each([
    ['stream-start', { type: 'session.started', sessionId }],
    ['stream-end', { type: 'session.ended', sessionId }],
    ['stream-failure', { type: 'session.failed', sessionId, reason: 'Transcoding failed' }],
    ['starvation-start', { type: 'session.interrupted', sessionId }],
    ['starvation-end', { type: 'session.resumed', sessionId }],
    [
      'limit-ingest-bitrate',
      {
        type: 'limit.exceeded',
        limit: 'Ingest Bitrate',
        message: 'Ingest Bitrate is above its limit of 8500000 bits per second by 150000.',
      },
    ],
  ] as const)('%s maps', (name, expected) => {
    const event = eventFixture(name)
    const base = { id: event.id, channelId, occurredAt: '2026-06-23T20:12:36.000Z' }
    expect(mapEvent(event)).toEqual({ ...base, ...expected })
  })

  it.each([
    // Both come for a session that never went live as well.
    ['session-created'],
    ['session-ended'],
    ['session-ended-multitrack'],
    // The session goes on.
    ['stream-takeover'],
    // Of the account, not of a channel.
    ['limit-concurrent-viewers'],
    ['recording-end'],
  ])('%s says nothing about the show', (name) => {
    expect(mapEvent(eventFixture(name))).toBeNull()
  })

  it.each([
    ['an unknown detail-type', { 'detail-type': 'IVS Galaxy Change' }],
    ['a name that every object has', { 'detail-type': 'constructor' }],
    ['an unknown name', { detail: { event_name: 'toString', stream_id: sessionId } }],
    ['no session', { detail: { event_name: 'Stream Start' } }],
    ['a detail of the wrong type', { detail: { event_name: 7, stream_id: {} } }],
    ['no channel', { resources: ['arn:aws:ivs:us-east-1:123456789012:stage/AbCdEfGh1234'] }],
  ])('with %s is passed over', (_, change) => {
    expect(mapEvent({ ...eventFixture('stream-start'), ...change })).toBeNull()
  })
})
