import { describe, expect, it } from 'vitest'
import { createTextAssembler, toPayloads } from './event-bus-payloads.ts'

function assembled(payloads: readonly string[]): readonly string[] {
  const told: string[] = []
  const assemble = createTextAssembler((text) => told.push(text))
  for (const payload of payloads) assemble(payload)
  return told
}

const json = (value: unknown) => JSON.stringify(value)
const large = (fill: string) => json({ text: fill.repeat(20_000) })

describe('payloads of notifications', () => {
  it.each(['plain', 'quoted "\\"', 'tab\tand line\n', '残り5分', '🎬', '\u0000', '\ud83c', '\u007f'])(
    'carry %j as ASCII, and give back the same',
    (text) => {
      for (const repeat of [1, 10_000]) {
        const payloads = toPayloads(json({ text: text.repeat(repeat) }))
        expect(payloads.every((payload) => /^[\x20-\x7e]*$/.test(payload))).toBe(true)
        expect(payloads.every((payload) => payload.length < 8000)).toBe(true)
        expect(assembled(payloads).map((told) => JSON.parse(told))).toEqual([{ text: text.repeat(repeat) }])
      }
    },
  )

  it('are one where one is enough, whatever the length is', () => {
    for (const length of [7899, 7900, 7901, 15_799, 15_800, 15_801]) {
      const text = 'x'.repeat(length)
      const payloads = toPayloads(text)
      expect([length, payloads.length]).toEqual([length, Math.ceil(length / 7900)])
      expect(assembled(payloads)).toEqual([text])
    }
  })

  it('do not mix up messages that follow each other', () => {
    const texts = [large('a'), json('b'), large('c'), large('d')]
    expect(assembled(texts.flatMap(toPayloads))).toEqual(texts)
  })

  it('whose beginning was not heard are dropped', () => {
    const [, ...rest] = toPayloads(large('a'))
    expect(assembled([...rest, ...toPayloads(large('b'))])).toEqual([large('b')])
  })

  it('of which one is missing, doubled or foreign are dropped, and nothing is kept for ever', () => {
    const pieces = toPayloads(large('a'))
    const missing = pieces.filter((_, index) => index !== 1)
    const swapped = [pieces[1] ?? '', pieces[0] ?? '', ...pieces.slice(2)]
    const broken = ['#', '#x/0/2', '#x/1/2 b', '#x/0/9999999 a', '#y/0/99999 a', '#y/1/99999 b']
    const told = assembled([...missing, ...swapped, ...broken, ...toPayloads(large('b'))])
    // A heading that is none is told as it is: whoever reads messages refuses it.
    expect(told.map((text) => text.slice(0, 14))).toEqual(['#', '#x/0/2', '#x/0/9999999 a', '{"text":"bbbbb'])
    expect(told.at(-1)).toBe(large('b'))
  })
})
