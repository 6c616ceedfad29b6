/** A value as a document has it: amounts as text, as clients give numbers back that are rounded above 2^53. */
export type Stored<Value> = Value extends bigint
  ? string
  : Value extends readonly (infer Item)[]
    ? readonly Stored<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Stored<Value[Key]> }
      : Value

/** Also leaves out what is undefined, which Firestore does not take. */
export function toStored<Value extends object>(value: Value): Stored<Value> {
  return JSON.parse(
    JSON.stringify(value, (_, child: unknown) => (typeof child === 'bigint' ? `${child}` : child)),
  )
}
