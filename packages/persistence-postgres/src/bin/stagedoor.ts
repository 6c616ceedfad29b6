#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { migrate } from '../migrate.ts'

const help = `stagedoor: the tables of Stagedoor in PostgreSQL

Usage: stagedoor migrate [options]

  --dry-run                 print the SQL and change nothing
  --database-url <url>      where; default: the environment variable DATABASE_URL, which no process list shows
  --schema <name>           Postgres schema of the tables (default stagedoor)
  --lock-timeout <seconds>  how long to wait for others who migrate (default 30)
  --version                 print the version
  --help                    print this

It needs the package pg: npm install pg
`

const flags = {
  'dry-run': { type: 'boolean' },
  'database-url': { type: 'string' },
  schema: { type: 'string' },
  'lock-timeout': { type: 'string' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: flags, strict: true, allowPositionals: true })
  if (values.help) return console.log(help)
  if (values.version) {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    return console.log(manifest.version)
  }
  if (positionals.length !== 1 || positionals[0] !== 'migrate') {
    throw new Error('the one command is: stagedoor migrate (--help tells more)')
  }
  const url = values['database-url'] ?? process.env.DATABASE_URL
  if (!url) throw new Error('set DATABASE_URL, or pass --database-url postgres://user@host/database')
  const lockTimeoutSeconds = Number(values['lock-timeout'] ?? 30)
  if (!(lockTimeoutSeconds > 0)) throw new Error('--lock-timeout takes a number of seconds above 0')

  const client = await connect(url)
  try {
    const dryRun = values['dry-run'] ?? false
    const schema = values.schema ?? 'stagedoor'
    const { from, to, steps, sql } = await migrate(client, { schema, dryRun, lockTimeoutSeconds })
    if (dryRun) {
      console.log(sql === '' ? `-- ${schema} is at version ${to}: nothing to do` : sql.trimEnd())
    } else if (steps.length === 0) console.log(`${schema} is at version ${to}: nothing to do`)
    else console.log(`${schema} went from version ${from} to ${to}: ${steps.join(', ')}`)
  } finally {
    await client.end()
  }
}

async function connect(url: string) {
  const { default: pg } = await import('pg').catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    throw isMissing ? new Error('the package pg is not installed: npm install pg', { cause: error }) : error
  })
  const client = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {
    // The statement that is affected fails by itself.
  })
  return client
}

main().catch((error: unknown) => {
  console.error(`stagedoor: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
