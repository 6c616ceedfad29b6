import { describe, expect, it } from 'vitest'
import { site } from './site.fixture.ts'

/** Vic tips Ava anonymously, and she blocks whoever that was. */
async function withAnonymousTip() {
  const stage = site()
  const idOf = async (response: Response) => ((await response.json()) as { tip: { id: string } }).tip.id
  const list = async () => {
    const answer = await stage.call('ava', 'GET /creators/ava/blocked')
    return ((await answer.json()) as { items: { id: string }[] }).items
  }
  const block = (who: string, tipId: unknown) => stage.call(who, 'POST /creators/ava/blocked', { tipId })
  const anonymous = await idOf(await stage.post({ anonymous: true }))
  return { ...stage, idOf, list, block, anonymous }
}

describe('who tipped anonymously', () => {
  it('can be blocked by the tip, and stays unknown', async () => {
    const { block, list, post, call, anonymous } = await withAnonymousTip()
    const answer = await block('ava', anonymous)
    expect(answer.status).toBe(201)
    const entry = { id: anonymous, tipId: anonymous, payerId: null, name: null, isAnonymous: true }
    expect(await answer.json()).toMatchObject({ blocked: entry })
    expect((await post()).status).toBe(403)
    expect((await post({}, 'sam')).status).toBe(201)
    expect(await list()).toMatchObject([entry])
    expect(JSON.stringify(await list())).not.toContain('vic')
    expect((await call('ava', `DELETE /creators/ava/blocked/${anonymous}`)).status).toBe(204)
    expect((await post()).status).toBe(201)
    expect(await list()).toEqual([])
  })

  it('is not given away by whether the list grows, or by the order or the cursor of it', async () => {
    const { block, list, post, call, idOf, anonymous } = await withAnonymousTip()
    const second = await idOf(await post({ anonymous: true }))
    await block('ava', anonymous)
    await block('ava', second)
    for (const payerId of ['sam', 'vic']) await call('ava', `PUT /creators/ava/blocked/${payerId}`)
    const ids = (await list()).map(({ id }) => id)
    expect(ids).toEqual([anonymous, second, 'sam', 'vic'].toSorted())
    const page = await call('ava', 'GET /creators/ava/blocked?limit=2')
    const { nextCursor } = (await page.json()) as { nextCursor: string }
    expect(atob(nextCursor)).not.toContain('vic')
    await call('ava', 'DELETE /creators/ava/blocked/vic')
    expect((await post()).status).toBe(403)
    for (const id of [anonymous, second]) await call('ava', `DELETE /creators/ava/blocked/${id}`)
    expect((await post()).status).toBe(201)
  })
})

it('who tipped by name is on the list by that name, once for the tip', async () => {
  const { block, list, post, idOf } = await withAnonymousTip()
  const tipId = await idOf(await post())
  for (let count = 0; count < 2; count++) expect((await block('ava', tipId)).status).toBe(201)
  expect(await list()).toMatchObject([{ id: tipId, payerId: null, name: 'vic', isAnonymous: false }])
})

it('a tip of somebody else is none to block by, and nobody else may', async () => {
  const { block, post, idOf, anonymous, tips, call } = await withAnonymousTip()
  const toNoa = await idOf(await post({ creatorId: 'noa' }, 'sam'))
  expect((await block('ava', toNoa)).status).toBe(404)
  expect((await block('ava', 'tip_none')).status).toBe(404)
  for (const tipId of [undefined, 7, 'a\0b']) {
    const answer = await block('ava', tipId)
    expect([tipId, answer.status, await answer.json()]).toMatchObject([
      tipId,
      400,
      { error: { field: 'tipId' } },
    ])
  }
  expect((await block('vic', anonymous)).status).toBe(403)
  const misspelt = await call('ava', 'POST /creators/ava/blocked', { tipId: anonymous, tip: 1 })
  expect(misspelt.status).toBe(400)
  expect((await block('staff', anonymous)).status).toBe(201)
  expect((await tips.listBlockedPayers('ava')).items).toMatchObject([{ payerId: 'vic', isAnonymous: true }])
})

it.each([
  ['GET /creators/ava/leaderboard?streamId=a%00', 'streamId'],
  ['GET /tips?cursor=%00', 'cursor'],
  ['GET /tips/tip%00', 'path'],
  ['GET /creators/ava/statement?currency=USD&from=2026-02-30T00:00:00Z&to=2026-03-30T00:00:00Z', 'from'],
  ['GET /creators/ava/statement?currency=USD&from=2026-02-01T00:00:00Z&to=2026-02-30T00:00:00Z', 'to'],
])('%s is refused by the name of what is wrong', async (line, field) => {
  const answer = await site().call('ava', line)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { code: 'invalid_input', field } })
})
