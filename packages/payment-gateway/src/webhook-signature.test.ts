import { createHmac } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { redacted } from './redacted.ts'
import { signatureCheck, webCryptoCheck } from './signature-check.ts'
import { signatureHeader, signatureVerifier } from './webhook-signature.ts'

const body = new TextEncoder().encode('{"id":"evt_1","text":"naïve ✓"}')
const nowSeconds = 1_800_000_000
const header = (secret: string, atSeconds = nowSeconds) => signatureHeader(secret, body, atSeconds)

describe.each([
  ['the runtime’s own cryptography', signatureCheck],
  ['WebCrypto', webCryptoCheck],
])('signatureVerifier by %s', (_, createCheck) => {
  const secrets = [redacted('whsec_new'), redacted('whsec_old')]
  const verify = signatureVerifier(secrets, 300, createCheck)
  const attempt = (header: string | null, bytes = body) => verify(header, bytes, nowSeconds * 1000)

  it('accepts what any of its secrets signed', async () => {
    await attempt(await header('whsec_new'))
    await attempt(await header('whsec_old'))
  })

  it('accepts what Node’s own HMAC signed over the raw bytes', async () => {
    const raw = Uint8Array.from([...body, 0xff, 0xfe])
    const mac = createHmac('sha256', 'whsec_new').update(`${nowSeconds}.`).update(raw).digest('hex')
    await attempt(`t=${nowSeconds},v1=${mac}`, raw)
    // Both are the same text once they are decoded: the signature is over the bytes.
    const sameText = Uint8Array.from([...body, 0xfd, 0xfe])
    await expect(attempt(`t=${nowSeconds},v1=${mac}`, sameText)).rejects.toThrow('not signed')
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

describe('signatureCheck', () => {
  it('imports its key once, and works without Node’s cryptography', async () => {
    const imports = vi.spyOn(crypto.subtle, 'importKey')
    vi.stubGlobal('process', {})
    try {
      const verify = signatureVerifier([redacted('whsec_new')], 300)
      const signed = await header('whsec_new')
      imports.mockClear()
      for (let time = 0; time < 3; time++) await verify(signed, body, nowSeconds * 1000)
      expect(imports).toHaveBeenCalledTimes(1)
    } finally {
      vi.unstubAllGlobals()
      imports.mockRestore()
    }
  })
})
