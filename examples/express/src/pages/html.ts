/** Markup that is safe to send: made only by {@link html}, so every value in it was escaped. */
export interface Html {
  readonly markup: string
}

type Value = string | number | null | undefined | false | Html | readonly Value[]

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * A template that escapes each value; `null`, `undefined` and `false` print nothing.
 * Attribute values must stand in quotes, as only then escaping is enough.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: strings.reduce((text, part, index) => text + print(values[index - 1]) + part) }
}

function print(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => entities[character] ?? '')
  if (typeof value === 'number') return String(value)
  return 'markup' in value ? value.markup : value.map(print).join('')
}
