import { memoryStreamStore } from '@stagedoor/streaming-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeOnEachDatabase } from './each-database.fixture.ts'
import { freshStore } from './fresh-store.fixture.ts'
import { quoteIdentifier } from './postgres-pool.ts'
import { anyStep } from './store-script.fixture.ts'
import { checkStoredRows } from './stored-rows.fixture.ts'

describeOnEachDatabase((_, pool) => {
  it('answers every call of any script as the store in memory does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 30, maxLength: 80, size: 'max' }), async (script) => {
        const { store, schema } = await freshStore(pool())
        const memory = memoryStreamStore()
        for (const [index, step] of script.entries()) {
          const [actual, expected] = [await step(store), await step(memory)]
          expect(asJson(actual), `call ${index}`).toEqual(asJson(expected))
        }
        await checkStoredRows(pool(), schema)
        await pool().query(`drop schema ${quoteIdentifier(schema)} cascade`, [])
      }),
      // Shrinking takes long; this leaves time to print what was found.
      { numRuns: 40, interruptAfterTimeLimit: 90_000 },
    )
  }, 120_000)
})

/** Streams are stored and sent as JSON, which has no undefined. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null))
}
