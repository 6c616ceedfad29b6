import { describe, expect, it } from 'vitest'
import { redacted } from './redacted.ts'
import { signatureHeader, signatureVerifier } from './webhook-signature.ts'

const body = new TextEncoder().encode('{"id":"evt_1","text":"naïve ✓"}')
const nowSeconds = 1_800_000_000
const verify = signatureVerifier([redacted('whsec_new'), redacted('whsec_old')], 300)
const attempt = (header: string | null, bytes = body) => verify(header, bytes, nowSeconds * 1000)
const header = (secret: string, atSeconds = nowSeconds) => signatureHeader(secret, body, atSeconds)

describe('signatureVerifier', () => {
  it('accepts what any of its secrets signed', async () => {
    await attempt(await header('whsec_new'))
    await attempt(await header('whsec_old'))
  })

  it('accepts one of several signatures, as while a secret is changed', async () => {
    const [right, wrong] = [await header('whsec_new'), await header('whsec_other')]
    await attempt(`${wrong},${right.split(',')[1]}`)
    await attempt(`${right},v0=abc,v1=zz`)
  })

  it('refuses another secret, another body and another time', async () => {
    await expect(attempt(await header('whsec_other'))).rejects.toThrow('not signed with a secret')
    await expect(attempt(await header('whsec_new'), body.slice(1))).rejects.toThrow('not signed')
    const moved = (await header('whsec_new')).replace(`t=${nowSeconds}`, `t=${nowSeconds + 1}`)
    await expect(attempt(moved)).rejects.toThrow('not signed')
  })

  it('refuses a time that is past or future by more than five minutes', async () => {
    for (const seconds of [-300, 300]) await attempt(await header('whsec_new', nowSeconds + seconds))
    await expect(attempt(await header('whsec_new', nowSeconds - 301))).rejects.toThrow('too old')
    await expect(attempt(await header('whsec_new', nowSeconds - 600))).rejects.toThrow('too old')
    await expect(attempt(await header('whsec_new', nowSeconds + 301))).rejects.toThrow('from the future')
  })

  it('refuses headers that are none', async () => {
    const [time = '', signature = ''] = (await header('whsec_new')).split(',')
    for (const wrong of [null, '', time, signature, `t=,${signature}`, `t=NaN,${signature}`, 't=1,v1=']) {
      await expect(attempt(wrong), String(wrong)).rejects.toThrow('no signature')
    }
  })

  it('does not try endless signatures', async () => {
    const right = (await header('whsec_new')).split(',')
    const many = Array.from({ length: 20 }, () => `v1=${'0'.repeat(64)}`)
    await expect(attempt([right[0], ...many, right[1]].join(','))).rejects.toThrow('not signed')
  })
})
