import { describePaywallStore } from '@stagedoor/paywall/testing'
import { describe, it } from 'vitest'
import { describeOnEachDatabase } from '../each-database.fixture.ts'
import { migrate } from '../migrate.ts'
import { quoteIdentifier } from '../postgres-pool.ts'
import { postgresPaywallStore } from './postgres-paywall-store.ts'

const tables = ['entries', 'offers', 'sales', 'bans', 'previews', 'audit', 'outbox']

describeOnEachDatabase((name, pool) => {
  const schema = 'Paywall "1"'
  describePaywallStore(
    { describe, it: (title, body) => it(title, body, 20_000) },
    {
      name,
      createStore: async () => {
        await migrate(pool(), { schema })
        const names = tables.map((table) => `${quoteIdentifier(schema)}.paywall_${table}`)
        await pool().query(`truncate ${names.join(', ')}`, [])
        return postgresPaywallStore(pool(), { schema, timeoutMs: 30_000 })
      },
    },
  )
})
