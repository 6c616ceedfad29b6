import type { FirestoreQuery, FirestoreResults, FirestoreSnapshot } from './firestore-client.ts'

/** What {@link readPages} is made of. */
export interface PagesInput {
  /** In an order that no two documents share a place in. */
  readonly query: FirestoreQuery
  /** Where to begin; the query's beginning when absent. */
  readonly from?: FirestoreQuery
  readonly size: number
  read(page: FirestoreQuery): Promise<FirestoreResults>
  /** A document's place in the order of the query. */
  placeOf(last: FirestoreSnapshot): readonly unknown[]
}

/** A query's documents, page by page. */
export async function* readPages(input: PagesInput): AsyncGenerator<readonly FirestoreSnapshot[], void> {
  const { query, from = query, size, read, placeOf } = input
  let before = ''
  for (let page = from; ; ) {
    const { docs } = await read(page.limit(size))
    yield docs
    const last = docs.at(-1)
    if (docs.length < size || !last) return
    const place = placeOf(last)
    if (last.ref.path === before)
      throw new Error('The same page came twice: does this emulator have cursors?')
    before = last.ref.path
    page = query.startAfter(...place)
  }
}
