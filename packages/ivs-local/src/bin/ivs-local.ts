#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createIvsLocal, type IvsLocalOptions } from '../index.ts'

const help = `ivs-local: a local Amazon IVS, all in memory

Usage: ivs-local [options]

  --port <number>           control plane and HLS (default 4566, 0 = any free port)
  --rtmp-port <number>      RTMP ingest (default 1935, 0 = any free port)
  --host <address>          address to listen on (default 127.0.0.1)
  --region <name>           region in ARNs (default us-east-1)
  --event-url <url>         post EventBridge-shaped events there
  --event-header <n: v>     header sent along with each event; may be given several times
  --no-rate-limits          do not answer ThrottlingException
  --version                 print the version
  --help                    print this

Point the AWS SDK at it:   new IvsClient({ endpoint: 'http://127.0.0.1:4566', region: 'us-east-1' })
Point an encoder at it:    rtmp://127.0.0.1:1935/app/<stream key>
`

const flags = {
  port: { type: 'string' },
  'rtmp-port': { type: 'string' },
  host: { type: 'string' },
  region: { type: 'string' },
  'event-url': { type: 'string' },
  'event-header': { type: 'string', multiple: true },
  'no-rate-limits': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

function readFlags() {
  return parseArgs({ options: flags, strict: true }).values
}

function toOptions(values: ReturnType<typeof readFlags>): IvsLocalOptions {
  const headers = Object.fromEntries(
    (values['event-header'] ?? []).map((header) => {
      const [name = '', ...rest] = header.split(':')
      if (name.trim() === '' || rest.length === 0) throw new Error('--event-header takes "name: value"')
      return [name.trim(), rest.join(':').trim()]
    }),
  )
  const url = values['event-url']
  return {
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values['rtmp-port'] === undefined ? {} : { rtmpPort: Number(values['rtmp-port']) }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.region === undefined ? {} : { region: values.region }),
    ...(url === undefined ? {} : { eventTarget: { url, headers } }),
    ...(values['no-rate-limits'] ? { enforceRateLimits: false } : {}),
    onWarning: (message) => console.error(message),
  }
}

async function main(): Promise<void> {
  const values = readFlags()
  if (values.help) return console.log(help)
  if (values.version) {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    return console.log(manifest.version)
  }
  const local = createIvsLocal(toOptions(values))
  await local.start()
  console.log(
    `ivs-local is ready\n  AWS SDK endpoint  ${local.url}\n  encoders push to  ${local.rtmpUrl}<stream key>`,
  )
  const leave = () => void local.close().then(() => process.exit(0))
  process.once('SIGINT', leave)
  process.once('SIGTERM', leave)
}

main().catch((error: unknown) => {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const port = taken && 'port' in error ? error.port : ''
  const message = error instanceof Error ? error.message : String(error)
  console.error(
    taken ? `Port ${port} is taken. Choose another with --port or --rtmp-port.` : `ivs-local: ${message}`,
  )
  process.exit(1)
})
