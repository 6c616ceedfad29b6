import { describe, expect, it } from 'vitest'
import { readRawBody } from './raw-body.ts'

/** A request whose body comes in these parts. */
function requestOf(parts: readonly Uint8Array<ArrayBuffer>[], onCancel = () => {}) {
  const left = [...parts]
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const part = left.shift()
      if (part) controller.enqueue(part)
      else controller.close()
    },
    cancel: onCancel,
  })
  return new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit)
}

describe('readRawBody', () => {
  it('returns the bytes as they came, in one part, in many and in none', async () => {
    const bytes = Uint8Array.from([0xff, 0, 0x7b, 0xc3, 0x28])
    expect(await readRawBody(requestOf([bytes]))).toEqual(bytes)
    expect(await readRawBody(requestOf([...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(bytes)
    expect(await readRawBody(requestOf([]))).toEqual(new Uint8Array())
    expect(await readRawBody(new Request('http://localhost/', { method: 'POST' }))).toEqual(new Uint8Array())
  })

  it('stops reading a body that is too large, whatever its headers say', async () => {
    let canceled = false
    const part = new Uint8Array(100_000)
    const request = requestOf(Array<Uint8Array<ArrayBuffer>>(100).fill(part), () => {
      canceled = true
    })
    await expect(readRawBody(request)).rejects.toMatchObject({ code: 'payload_too_large', status: 413 })
    expect(canceled).toBe(true)
  })

  it('says what is wrong when something has read the body before', async () => {
    const request = requestOf([Uint8Array.of(1)])
    await request.text()
    await expect(readRawBody(request)).rejects.toMatchObject({ code: 'misconfigured' })
  })

  it('fails as the body fails', async () => {
    const body = new ReadableStream({
      pull: () => Promise.reject(new Error('The connection was lost.')),
    })
    const request = new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit)
    await expect(readRawBody(request)).rejects.toThrow('The connection was lost.')
  })
})
