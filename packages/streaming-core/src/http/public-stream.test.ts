import { expect, it } from 'vitest'
import { createSite } from './site.fixture.ts'

const access = { audience: 'invited', invited: ['vic'] }

it('nobody but the platform sees an access rule, as it may name people', async () => {
  const site = createSite()
  const created = await site.call('POST', '/streams', { as: 'ava', body: { title: 'A show', access } })
  const { stream } = await created.json()
  const one = await (await site.call('GET', `/streams/${stream.id}`)).json()
  const list = await (await site.call('GET', '/streams')).json()
  expect([stream.access, one.stream.access, list.items[0].access]).toEqual([{}, {}, {}])
  expect((await site.streaming.getStream(stream.id)).access).toEqual(access)
})

it('the platform chooses what of a rule anybody may see', async () => {
  const site = createSite({ handler: { publicAccess: ({ audience = null }) => ({ audience }) } })
  const body = { title: 'A show', access }
  const created = await (await site.call('POST', '/streams', { as: 'ava', body })).json()
  expect(created.stream.access).toEqual({ audience: 'invited' })
  const list = await (await site.call('GET', '/streams')).json()
  expect(list.items[0].access).toEqual({ audience: 'invited' })
})

it('a public stream has the fields of the design and no other', async () => {
  const site = createSite()
  const { streamId, channelId } = await site.open()
  await site.streaming.applyEvent('memory', site.control.goLive(channelId))
  const { stream } = await (await site.call('GET', `/streams/${streamId}`)).json()
  expect(Object.keys(stream).sort()).toEqual([
    'access',
    'adapterId',
    'createdAt',
    'creatorId',
    'delivery',
    'id',
    'liveAt',
    'quality',
    'recording',
    'status',
    'title',
    'viewers',
  ])
})
