import type { Interval } from '../charge.ts'

const days = { day: 1, week: 7, month: 30, year: 365 } as const

/** Days of a period, which is all that CCBill counts in. */
export function periodDays({ unit, count }: Interval): number {
  return days[unit] * count
}

/** CCBill's time, which says no zone: that of its office in Phoenix, without summer time. `null` for anything else. */
export function readTimestamp(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null
  const date = new Date(`${text.replace(' ', 'T')}-07:00`)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** The end of a day that comes without a time, so that nobody loses hours of it. `undefined` for anything else. */
export function endOfDay(text: string | undefined): string | undefined {
  const [day] = /^\d{4}-\d\d-\d\d/.exec(text ?? '') ?? []
  if (day === undefined || Number.isNaN(Date.parse(day))) return undefined
  return new Date(Date.parse(day) + 86_400_000).toISOString()
}
