import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { Firestore } from '@google-cloud/firestore'

// Else the client looks for the credentials of a machine of Google's, and warns that there are none.
process.env.METADATA_SERVER_DETECTION ??= 'none'

/** The client would take it over the host that it is given, also where a test means the other emulator. */
const givenHost = process.env.FIRESTORE_EMULATOR_HOST
delete process.env.FIRESTORE_EMULATOR_HOST

/** A Firestore emulator that tests talk to. */
export interface Emulator {
  /** `127.0.0.1:8080` */
  readonly host: string
  client(projectId?: string): Firestore
  stop(): Promise<void>
}

/** Why tests do not run on Google's emulator where it is not. */
export const withoutGoogleEmulator =
  'Google’s emulator is not here: install gcloud’s component cloud-firestore-emulator and Java, or set FIRESTORE_EMULATOR_HOST'

/** Where Debian's and gcloud's own packages put the emulator. */
const jar = '/usr/lib/google-cloud-sdk/platform/cloud-firestore-emulator/cloud-firestore-emulator.jar'
const mainClass = 'com.google.cloud.datastore.emulator.firestore.CloudFirestore'

/** Null where there is none: {@link withoutGoogleEmulator} tells what is missing. */
export async function googleEmulator(): Promise<Emulator | null> {
  return (await hasGoogleEmulator()) ? startGoogleEmulator() : null
}

async function hasGoogleEmulator(): Promise<boolean> {
  if (givenHost) return true
  if (!existsSync(jar)) return false
  return promisify(execFile)('java', ['-version']).then(
    () => true,
    () => false,
  )
}

/** The one that `FIRESTORE_EMULATOR_HOST` names, or one of our own that ends with `stop()`. */
async function startGoogleEmulator(): Promise<Emulator> {
  if (givenHost) return emulatorAt(givenHost, async () => {})
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const java = spawn('java', ['-Xmx512m', '-cp', jar, mainClass, '--host=127.0.0.1', `--port=${port}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await running(java)
  const emulator = emulatorAt(host, async () => {
    java.kill('SIGKILL')
    if (java.exitCode === null && java.signalCode === null) await once(java, 'exit')
  })
  // Its first commit and first query take seconds, which a test's timeout would have to pay for.
  const firestore = emulator.client()
  await firestore.doc('warm/up').set({})
  await firestore.collection('warm').where('up', '==', 1).get()
  return emulator
}

/** An emulator's clients, which end with it. */
export function emulatorAt(host: string, stop: () => Promise<void>): Emulator {
  const clients: Firestore[] = []
  return {
    host,
    client: (projectId = 'demo-stagedoor') => {
      const client = new Firestore({
        projectId,
        host,
        ssl: false,
        customHeaders: { Authorization: 'Bearer owner' },
      })
      clients.push(client)
      return client
    },
    stop: async () => {
      await Promise.all(clients.map((client) => client.terminate()))
      await stop()
    },
  }
}

async function running(java: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let output = ''
  const read = (chunk: unknown) => {
    output += String(chunk)
    if (output.includes('is now running')) resolve()
  }
  java.stdout?.on('data', read)
  java.stderr?.on('data', read)
  java.once('error', reject)
  java.once('exit', (code) => reject(new Error(`the emulator ended with ${code}\n${output}`)))
  await promise
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
