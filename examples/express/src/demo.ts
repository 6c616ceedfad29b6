import { createConnection } from 'node:net'
import type { Logger } from '@stagedoor/streaming-core'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import { type DatabaseService, openDatabase } from './database-service.ts'
import type { Health } from './health.ts'
import { type IvsService, startLocalIvs, useRealIvs } from './ivs-service.ts'
import { type LivekitService, startLivekit } from './livekit-service.ts'
import { type GatewayService, openGateway } from './money/gateway-service.ts'
import { createMoney } from './money/money.ts'
import { startMoneyLoop } from './money/money-loop.ts'
import { createPlatform } from './platform.ts'
import { type ReconcileLoop, startReconcileLoop } from './reconcile-loop.ts'
import { listen } from './web-server.ts'

/** A running demo platform. */
export interface Demo {
  readonly url: string
  readonly ivs: IvsService
  readonly livekit: LivekitService | null
  readonly database: DatabaseService
  readonly gateway: GatewayService
  close(): Promise<void>
}

type Env = Readonly<Record<string, string | undefined>>

/** Starts every part, each after what it needs; when one cannot start, those before it are closed again. */
export async function startDemo(config: Config, env: Env, logger: Logger): Promise<Demo> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const web = await listen(config.port)
    closers.push(web.close)
    const database = await openDatabase({ ...config, logger })
    // Ended last: requests that still run need it.
    closers.unshift(database.close)
    const ivs = config.isIvsReal
      ? useRealIvs(env, logger)
      : await startLocalIvs({ ...config, platformUrl: web.url, logger })
    closers.push(ivs.close)
    const livekit = await startLivekit(env, { ...config, platformUrl: web.url, logger })
    if (livekit) closers.push(livekit.close)
    const platform = createPlatform({
      ivs: ivs.options,
      livekit: livekit?.options ?? null,
      store: database.store,
      bus: database.bus,
      logger,
    })
    const gateway = await openGateway(env, { ...config, url: web.url, logger })
    closers.push(gateway.close)
    const money = createMoney({
      ...database,
      gateway: gateway.gateway,
      streaming: platform.streaming,
      url: web.url,
      logger,
    })
    const moneyLoop = startMoneyLoop(money, gateway, logger)
    closers.push(moneyLoop.stop)
    const reconciler = startReconcileLoop(platform.streaming, config.isIvsReal ? 5 : 2)
    closers.push(reconciler.stop)
    web.serve(
      createApp({
        ...platform,
        ...money,
        paymentPage: gateway.page,
        testSource: ivs.testSource,
        hasBrowserStreaming: livekit !== null,
        mediaOrigins: [...ivs.mediaOrigins, ...(livekit ? originsOf(livekit.url) : [])],
        onError: (cause) => logger.error('a request failed', { cause }),
        checkHealth: async (): Promise<Health> => ({
          web: 'ok',
          database: await database.state(),
          ivs: reconciler.state('ivs'),
          money: moneyLoop.state(),
          ...(ivs.isReal ? {} : { ingest: await portState(ivs.rtmpUrl) }),
          ...(livekit ? { livekit: await stateOf(livekit, reconciler) } : {}),
        }),
      }),
    )
    return { url: web.url, ivs, livekit, database, gateway, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Whether it answers, and then whether it does what the reconciler asks. */
async function stateOf(livekit: LivekitService, reconciler: ReconcileLoop): Promise<string> {
  const state = await livekit.state()
  return state === 'ok' ? reconciler.state('livekit') : state
}

/** LiveKit's client speaks by web socket, and asks by HTTP why a connection failed. */
function originsOf(url: string): readonly string[] {
  const { host, protocol } = new URL(url)
  const isSecure = protocol === 'wss:' || protocol === 'https:'
  return isSecure ? [`wss://${host}`, `https://${host}`] : [`ws://${host}`, `http://${host}`]
}

/** Whether something listens where encoders push. */
function portState(url: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port), timeout: 2000 })
    const finish = (state: string) => {
      socket.destroy()
      resolve(state)
    }
    socket.once('connect', () => finish('ok'))
    socket.once('error', () => finish('does not listen'))
    socket.once('timeout', () => finish('does not answer'))
  })
}
