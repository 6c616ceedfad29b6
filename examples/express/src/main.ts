import { existsSync } from 'node:fs'
import { IvsLocalOptionError } from '@stagedoor/ivs-local'
import { isStreamingError } from '@stagedoor/streaming-core'
import { banner } from './banner.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { startDemo } from './demo.ts'
import { consoleLogger } from './logger.ts'

const giveUpSeconds = 5

try {
  if (existsSync('.env')) process.loadEnvFile('.env')
  await run(readConfig(process.env))
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}

async function run(config: Config): Promise<void> {
  const demo = await startDemo(config, process.env, consoleLogger)
  console.log(banner(demo))
  let isClosing = false
  const stop = () => {
    if (isClosing) process.exit(1)
    isClosing = true
    setTimeout(() => process.exit(1), giveUpSeconds * 1000).unref()
    demo.close().catch((error: unknown) => {
      console.error(explain(error))
      process.exitCode = 1
    })
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

/** One line that says what to change. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof IvsLocalOptionError) return error.message
  if (isStreamingError(error)) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    const port = 'port' in error ? Number(error.port) : 0
    return `Port ${port} is taken. Stop what uses it, or choose another one with ${variableOf(port)}.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function variableOf(port: number): string {
  const { ivsLocalPort, rtmpPort, livekitPort } = readConfig(process.env)
  if (port === ivsLocalPort) return 'IVS_LOCAL_PORT'
  if (port === livekitPort) return 'LIVEKIT_PORT'
  return port === rtmpPort ? 'RTMP_PORT' : 'PORT'
}
