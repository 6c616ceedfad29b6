import { readFileSync } from 'node:fs'
import type { RecordedQuery } from './recorded-queries.fixture.ts'

interface IndexField {
  readonly fieldPath: string
  readonly order: 'ASCENDING' | 'DESCENDING'
}

interface IndexFile {
  readonly indexes: readonly {
    readonly collectionGroup: string
    readonly queryScope: string
    readonly fields: readonly IndexField[]
  }[]
  readonly fieldOverrides: readonly {
    readonly collectionGroup: string
    readonly fieldPath: string
    readonly ttl?: boolean
    readonly indexes: readonly unknown[]
  }[]
}

/** The shipped `firestore.indexes.json`. */
export const indexFile: IndexFile = JSON.parse(
  readFileSync(new URL('../firestore.indexes.json', import.meta.url), 'utf8'),
)

/** The index that serves a query, as text; `null` where Firestore's own index of one field does. */
export function requiredIndex(query: RecordedQuery): string | null {
  const { collection, equal, above, orders } = query
  const sorted = orders.map(({ field }) => field)
  for (const field of above) {
    if (sorted[0] !== field) throw new Error(`a range of ${field} must be the first to be ordered by`)
  }
  const fields = [...equal].sort()
  if (fields.length + orders.length <= 1) return null
  const ordered = orders.map(({ field, direction }) => `${field} ${direction}`)
  return [collection, ...fields.map((field) => `${field} =`), ...ordered].join(', ')
}

/** The indexes of the file in the same words. Lists are ordered by `createdAt` or `id`; fields before are compared. */
export const shippedIndexes: readonly string[] = indexFile.indexes.map(({ collectionGroup, fields }) => {
  const start = fields.findIndex(({ fieldPath }) => fieldPath === 'createdAt' || fieldPath === 'id')
  const equal = fields.slice(0, start).map(({ fieldPath }) => `${fieldPath} =`)
  const orders = fields
    .slice(start)
    .map(({ fieldPath, order }) => `${fieldPath} ${order === 'ASCENDING' ? 'asc' : 'desc'}`)
  return [collectionGroup, ...equal.sort(), ...orders].join(', ')
})

/** True when Firestore answers a query with the shipped indexes alone. */
export function isServed(query: RecordedQuery): boolean {
  const required = requiredIndex(query)
  if (required !== null) return shippedIndexes.includes(required)
  const [field] = [...query.equal, ...query.orders.map((order) => order.field)]
  return !indexFile.fieldOverrides.some(
    (override) =>
      override.collectionGroup === query.collection &&
      override.fieldPath === field &&
      override.indexes.length === 0,
  )
}
