import { describe, expect, it } from 'vitest'
import { isStreamingError } from './errors.ts'
import { validateCreateStream, validateLimit, validatePlan, validateStreamId } from './validate-input.ts'

/** The field and the message of the refusal. */
function refusal(work: () => unknown): { field: string | undefined; message: string } {
  try {
    work()
  } catch (error) {
    if (isStreamingError(error, 'invalid_input')) return { field: error.field, message: error.message }
    throw error
  }
  throw new Error('It was taken.')
}

const planCases: [field: string, value: unknown, fix: RegExp][] = [
  ['method', 'phone', /"auto"\|"browser"\|"obs"/],
  ['interactive', 'yes', /boolean/],
  ['expectedViewers', 0, />=1/],
  ['expectedViewers', 1.5, /int/],
  ['expectedViewers', '50', /number/],
  ['expectedViewers', 10_000_001, /<=10000000/],
  ['expectedViewers', Number.POSITIVE_INFINITY, /number/],
  ['durationHours', 0, />0/],
  ['durationHours', 49, /<=48/],
  ['durationHours', Number.NaN, /number/],
  ['quality', '4k', /"sd"\|"hd"\|"fhd"/],
  ['record', 1, /boolean/],
]

describe('the input of a new stream', () => {
  const cases: [field: string, value: unknown, fix: RegExp][] = [
    ...planCases,
    ['title', undefined, /string/],
    ['title', 7, /string/],
    ['title', '   ', /1 to 200 characters/],
    ['title', 'x'.repeat(201), /1 to 200 characters/],
    ['title', 'two\nlines', /without control characters/],
    ['title', 'half \ud800', /control characters/],
    ['title', 'bell\u0007', /without control characters/],
    ['access', 'everyone', /record|object/],
    ['access', ['everyone'], /record|object/],
    ['access', { when: () => 1 }, /./],
    ['access', { text: 'x'.repeat(8193) }, /at most 8192 bytes/],
    ['budget', '50', /object/],
    ['budget.amount', { amount: 5000, currency: 'USD' }, /string/],
    ['budget.amount', { amount: '50.00', currency: 'USD' }, /minor units.*"5000"/],
    ['budget.amount', { amount: '-1', currency: 'USD' }, /minor units/],
    ['budget.amount', { amount: '0', currency: 'USD' }, /minor units/],
    ['budget.currency', { amount: '5000', currency: 'usd' }, /three upper-case letters, such as "USD"/],
    ['budget.cents', { amount: '5000', currency: 'USD', cents: 1 }, /no such field/],
    ['watchShare', 0.5, /no such field/],
    ['streamKey', 'sk', /no such field/],
  ]
  it.each(cases)('names %s when it is %j', (field, value, fix) => {
    const top = field.split('.')[0] ?? ''
    const refused = refusal(() => validateCreateStream({ title: 'Show', [top]: value }))
    expect(refused.field?.split('.').slice(0, field.split('.').length).join('.')).toBe(field)
    expect(refused.message).toMatch(fix)
    expect(refused.message).toContain(top)
  })

  it.each([null, undefined, 'text', 7, []])('refuses %j whole', (input) => {
    expect(refusal(() => validateCreateStream(input)).field).toBeUndefined()
  })

  it.each([16, 30_000])('refuses an access rule of %d nested lists without giving way', (levels) => {
    const access = { deep: JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) }
    const refused = refusal(() => validateCreateStream({ title: 'Show', access }))
    expect(refused).toEqual({ field: 'access', message: 'access: at most 16 levels of nesting.' })
  })

  it('fills in what was left out', () => {
    expect(validateCreateStream({ title: ' Show ' })).toEqual({
      title: 'Show',
      method: 'auto',
      interactive: false,
      expectedViewers: 1,
      durationHours: 1,
      quality: 'hd',
      record: false,
      publishers: 1,
      access: {},
      budget: null,
    })
  })

  it('keeps what was given', () => {
    const input = {
      title: 'Ünïcode 🎥',
      method: 'obs',
      interactive: true,
      expectedViewers: 10_000_000,
      durationHours: 0.25,
      quality: 'fhd',
      record: true,
      publishers: 3,
      access: { audience: 'fans', tiers: [1, { nested: null }] },
      budget: { amount: '5000', currency: 'EUR' },
    }
    expect(validateCreateStream(input)).toEqual(input)
  })
})

describe('a plan', () => {
  const cases: typeof planCases = [
    ...planCases,
    ['watchShare', 0, />0/],
    ['watchShare', 1.01, /<=1/],
    ['title', 'Show', /no such field/],
  ]
  it.each(cases)('names %s when it is %j', (field, value, fix) => {
    const refused = refusal(() => validatePlan({ [field]: value }))
    expect(refused.field).toBe(field)
    expect(refused.message).toMatch(fix)
  })

  it('is one viewer for one hour when nothing is said', () => {
    expect(validatePlan({})).toEqual({
      method: 'auto',
      interactive: false,
      expectedViewers: 1,
      durationHours: 1,
      quality: 'hd',
      watchShare: 1,
      record: false,
      publishers: 1,
    })
  })
})

describe('the id of a stream', () => {
  it.each(['', 'a b', '../etc', 'a%2Fb', 'ü', 'x'.repeat(65), '<script>'])('does not exist as %j', (id) => {
    expect(() => validateStreamId(id)).toThrow(expect.objectContaining({ code: 'not_found' }))
  })
})

describe('a limit', () => {
  it('is 20 when nothing is said, and goes from 1 to 100', () => {
    expect([undefined, 1, 100].map(validateLimit)).toEqual([20, 1, 100])
  })

  it.each([0, 101, -1, 1.5, Number.NaN])('refuses %d', (limit) => {
    expect(refusal(() => validateLimit(limit)).field).toBe('limit')
  })
})
