import { expect, test } from 'vitest'
import { authenticate, whoIs } from './people.ts'

test('a bearer token names a person, and wins over the cookie', () => {
  expect(whoIs({ authorization: 'Bearer demo-ava' })?.id).toBe('ava')
  expect(whoIs({ authorization: 'Bearer demo-vic', cookie: 'stagedoor_person=ava' })?.id).toBe('vic')
})

test('a bearer token of nobody is nobody, also with a good cookie beside it', () => {
  expect(whoIs({ authorization: 'Bearer demo-mallory', cookie: 'stagedoor_person=ava' })).toBeNull()
  expect(whoIs({ authorization: 'Basic demo-ava' })).toBeNull()
})

test('the cookie is found among others', async () => {
  const request = new Request('http://localhost/', {
    headers: { cookie: 'theme=dark; stagedoor_person=sam' },
  })
  expect(await authenticate(request)).toEqual({ userId: 'sam', displayName: 'Sam' })
  expect(whoIs({ cookie: 'not_stagedoor_person=sam' })).toBeNull()
})
