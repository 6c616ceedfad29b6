import { once } from 'node:events'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { postgresEventBus } from './event-bus.ts'

/** A server of its own: `[database URL]`. Tells by lines what it hears on `s1`, publishes each line that it gets. */
const [connectionString = ''] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString })
const bus = postgresEventBus({ pool, createClient: () => new pg.Client({ connectionString }) })
const tell = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)
bus.subscribe('s1', tell, { onGap: () => tell('gap') })
const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => void bus.publish(JSON.parse(line)))
await once(lines, 'close')
// It must end by itself: nothing may be left that keeps it.
await bus.close()
await pool.end()
