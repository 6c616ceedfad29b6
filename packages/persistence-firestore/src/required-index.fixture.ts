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

/** An index of several fields, as text: `collection: field asc, field desc`. */
export type IndexText = string

/** The shipped indexes. */
export const shippedIndexes: readonly IndexText[] = indexFile.indexes.map(({ collectionGroup, fields }) =>
  textOf(
    collectionGroup,
    fields.map(({ fieldPath, order }) => `${fieldPath} ${order === 'ASCENDING' ? 'asc' : 'desc'}`),
  ),
)

/**
 * The shipped indexes that Firestore answers a query with, of several fields; null when it cannot. Where filters are for
 * equality, it merges indexes that end in the query's order
 * (https://firebase.google.com/docs/firestore/query-data/index-overview#taking_advantage_of_index_merging).
 */
export function servingIndexes(query: RecordedQuery): readonly IndexText[] | null {
  const { collection, equal, orders } = sorted(query)
  if (orders.length === 0) return equal.every((field) => isIndexed(collection, field)) ? [] : null
  if (equal.length === 0 && orders.length === 1) {
    const [order] = orders
    return order !== undefined && isIndexed(collection, order.field) ? [] : null
  }
  const tail = orders.map(({ field, direction }) => `${field} ${direction}`)
  const together = textsOf(collection, equal, tail)
  const whole = shippedIndexes.find((index) => together.includes(index))
  if (whole !== undefined) return [whole]
  const merged = equal.map((field) => textOf(collection, [`${field} asc`, ...tail]))
  const isThere = merged.length > 1 && merged.every((index) => shippedIndexes.includes(index))
  return isThere ? merged : null
}

/** True when Firestore answers a query with the shipped indexes and those of one field. */
export function isServed(query: RecordedQuery): boolean {
  return servingIndexes(query) !== null
}

/** A range is ordered by its field, said or not. */
function sorted(query: RecordedQuery): Pick<RecordedQuery, 'collection' | 'equal' | 'orders'> {
  const { collection, equal, above } = query
  const ranges = [...new Set(above)]
  const orders =
    query.orders.length > 0 ? query.orders : ranges.map((field) => ({ field, direction: 'asc' as const }))
  for (const field of ranges) {
    if (orders[0]?.field !== field) throw new Error(`a range of ${field} must be the first to be ordered by`)
  }
  // Every document has a name, and an index of it.
  return { collection, equal, orders: orders.filter(({ field }) => field !== '__name__') }
}

function isIndexed(collection: string, field: string): boolean {
  return !indexFile.fieldOverrides.some(
    (override) =>
      override.collectionGroup === collection &&
      override.fieldPath === field &&
      override.indexes.length === 0,
  )
}

/** Fields that are compared may stand in any order. */
function textsOf(
  collection: string,
  equal: readonly string[],
  tail: readonly string[],
): readonly IndexText[] {
  return permutations(equal).map((fields) =>
    textOf(collection, [...fields.map((field) => `${field} asc`), ...tail]),
  )
}

function permutations(values: readonly string[]): readonly (readonly string[])[] {
  if (values.length === 0) return [[]]
  return values.flatMap((first, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  )
}

function textOf(collection: string, fields: readonly string[]): IndexText {
  return `${collection}: ${fields.join(', ')}`
}
