import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelName, channelTags, taggedStreamId } from './channel-tags.ts'

const now = new Date('2026-01-01T00:00:00.000Z')
const input = { creatorId: 'ava', title: 'A show', quality: 'hd', publishing: 'obs', record: false } as const

describe('the name of a channel', () => {
  it('is the same each time, and one that IVS takes', () => {
    expect(channelName('default', 'abc_-1')).toBe('default-abc_-1')
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300 }), (streamId) => {
        const name = channelName('n'.repeat(32), streamId)
        expect(name).toMatch(/^[a-zA-Z0-9-_]{1,128}$/)
        expect(channelName('n'.repeat(32), streamId)).toBe(name)
      }),
    )
  })
})

describe('the tags of a channel', () => {
  it('are values that AWS takes, whoever the creator is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (creatorId) => {
        for (const value of Object.values(channelTags('n', { ...input, creatorId, streamId: 's' }, now))) {
          expect(value).toMatch(/^[\p{L}\p{N} _.:/=+\-@]{0,256}$/u)
        }
      }),
    )
  })

  it('give the stream back to its own deployment only', () => {
    const tags = channelTags('shop', { ...input, streamId: 's1' }, now)
    expect(taggedStreamId('shop', tags)).toBe('s1')
    expect(taggedStreamId('other', tags)).toBeNull()
    expect(taggedStreamId('shop', undefined)).toBeNull()
  })
})
