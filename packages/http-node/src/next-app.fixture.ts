import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const nextBin = createRequire(import.meta.url).resolve('next/dist/bin/next')

/** The secret that the app's `/webhook` route expects bodies to be signed with. */
export const webhookSecret = 'next-app-secret'

/** What both routers run; its state is shared between requests, not between routers. */
const handler = `
import { createHash, createHmac } from 'node:crypto'

const state = { waiting: false, aborted: [], release: () => {} }

export async function handler(request) {
  const url = new URL(request.url)
  switch (url.pathname.split('/').at(-1)) {
    case 'echo': {
      const headers = new Headers([['set-cookie', 'a=1'], ['set-cookie', 'b=2']])
      const sha = createHash('sha256').update(await request.bytes()).digest('hex')
      return Response.json({ path: url.pathname + url.search, sha }, { status: 201, headers })
    }
    case 'webhook': {
      const expected = createHmac('sha256', '${webhookSecret}').update(await request.bytes()).digest('hex')
      return new Response(null, { status: request.headers.get('x-signature') === expected ? 200 : 401 })
    }
    case 'events': {
      const encoder = new TextEncoder()
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(encoder.encode('data: first\\n\\n'))
          state.release = () => controller.enqueue(encoder.encode('data: second\\n\\n'))
        },
      })
      request.signal.addEventListener('abort', () => state.aborted.push('events'))
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
    case 'release':
      state.release()
      return new Response(null, { status: 204 })
    case 'slow':
      state.waiting = true
      await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
      state.aborted.push('slow')
      return new Response()
    case 'state':
      return Response.json({ waiting: state.waiting, aborted: state.aborted })
    default:
      return new Response('not found', { status: 404 })
  }
}
`

/** A Next app in which the handler runs in the Pages Router, there behind a body parser too, and in the App Router. */
const files = {
  'next.config.mjs': `
const root = ${JSON.stringify(join(packageFolder, '../..'))}
export default { turbopack: { root }, outputFileTracingRoot: root }
`,
  'handler.js': handler,
  'pages/api/streaming/[...path].js': `
import { toNodeHandler } from '../../../../../src/index.ts'
import { handler } from '../../../handler.js'

export const config = { api: { bodyParser: false } }
export default toNodeHandler(handler)
`,
  'pages/api/parsed/[...path].js': `
import { toNodeHandler } from '../../../../../src/index.ts'
import { handler } from '../../../handler.js'

export default toNodeHandler(handler)
`,
  'app/direct/[...path]/route.js': `
export { handler as GET, handler as POST } from '../../../handler.js'
`,
}

/** A Next app that is built and served. */
export interface NextApp {
  readonly url: string
  close(): Promise<void>
}

/** Builds and serves the app as a production deployment would, without the network. */
export async function startNextApp(): Promise<NextApp> {
  const folder = join(packageFolder, '.cache', `next-app-${process.pid}`)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const close = async (server?: ChildProcess) => {
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const build = next(folder, ['build'])
    const [code] = await once(build.process, 'close')
    if (code !== 0) throw new Error(`next build ended with code ${code}:\n${build.output()}`)
    const server = next(folder, ['start', '--hostname', '127.0.0.1', '--port', '0'])
    try {
      return { url: await server.url, close: () => close(server.process) }
    } catch (error) {
      await close(server.process)
      throw error
    }
  } catch (error) {
    await close()
    throw error
  }
}

function next(folder: string, args: readonly string[]) {
  // The test runner's own settings would make Next take itself for a test or another mode.
  const { NODE_ENV: _mode, NODE_OPTIONS: _options, VITEST: _runner, ...inherited } = process.env
  const env = { ...inherited, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' } as unknown as NodeJS.ProcessEnv
  const child = spawn(process.execPath, [nextBin, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const url = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output += `${line}\n`
        const found = /Local:\s+(http:\/\/\S+)/.exec(line)?.[1]
        if (found) resolve(found)
      })
    }
    child.once('error', reject)
    child.once('close', () => reject(new Error(`next ${args[0]} ended:\n${output}`)))
  })
  // Of a build nobody waits for an address.
  url.catch(() => {})
  return { process: child, url, output: () => output }
}
