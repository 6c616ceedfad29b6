const inspectSymbol = Symbol.for('nodejs.util.inspect.custom')
const placeholder = '[redacted]'

/**
 * A secret that cannot be printed by accident: JSON, `util.inspect`, template strings and errors show `[redacted]`.
 * The value leaves only through {@link Redacted.reveal}.
 */
export interface Redacted<Value = string> {
  /** The secret itself. Call it where the secret is handed to its owner, nowhere else. */
  reveal(): Value
  toString(): string
  toJSON(): string
}

/** Wraps a secret. */
export function redacted<Value>(value: Value): Redacted<Value> {
  const wrapper = {
    reveal: () => value,
    toString: () => placeholder,
    toJSON: () => placeholder,
    [inspectSymbol]: () => placeholder,
  }
  return Object.freeze(wrapper)
}
