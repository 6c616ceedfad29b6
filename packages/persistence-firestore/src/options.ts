/** Makes the error of a store for an option that cannot work. */
export type BadOption = (field: string, message: string) => Error

/** @throws what `bad` makes, unless Firestore takes the name and nothing in it surprises. */
export function collectionName(field: string, value: string, bad: BadOption): string {
  if (/^[A-Za-z][\w-]*$/.test(value)) return value
  throw bad(field, 'Begin with a letter, go on with letters, digits, "_" or "-".')
}

/** @throws what `bad` makes, unless it is a number of seconds. */
export function seconds(field: string, value: number, bad: BadOption): number {
  if (Number.isFinite(value) && value >= 0) return value
  throw bad(field, 'Pass a number of seconds, 0 or more.')
}

/** How long a call may take; 10 seconds when nothing else is said. */
export function timeoutOf(value: number | undefined, bad: BadOption): number {
  const timeoutSeconds = seconds('timeoutSeconds', value ?? 10, bad)
  if (timeoutSeconds === 0) throw bad('timeoutSeconds', 'Pass a number of seconds above 0.')
  return timeoutSeconds
}
