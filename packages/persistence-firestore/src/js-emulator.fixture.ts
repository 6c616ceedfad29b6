import { FirestoreServer } from '@firestore-emulator/server'
import { type Emulator, emulatorAt } from './google-emulator.fixture.ts'

/**
 * The JavaScript emulator, on a free port of 127.0.0.1. It has no transaction isolation, no atomic commits and no
 * cursors, so it proves what is stored and read, and nothing about races.
 */
export async function startJsEmulator(): Promise<Emulator> {
  const emulator = new FirestoreServer()
  // Its own start() binds to every address; its gRPC server is private in its types alone.
  const server = Reflect.get(emulator, 'server')
  const bindAsync = server.bindAsync.bind(server)
  let port = 0
  server.bindAsync = (_: string, credentials: unknown, done: (error: Error | null, bound: number) => void) =>
    bindAsync('127.0.0.1:0', credentials, (error: Error | null, bound: number) => {
      port = bound
      done(error, bound)
    })
  await emulator.start(0)
  return emulatorAt(`127.0.0.1:${port}`, async () => emulator.stop())
}

/** What this emulator cannot do, as reasons for `withDeclaredSkips`. Google's emulator runs those tests. */
export const jsEmulatorLacks = {
  isolation: 'the JavaScript emulator does not isolate transactions',
  cursors: 'the JavaScript emulator ignores cursors',
  missingFields: 'the JavaScript emulator orders by fields that documents do not have',
} as const
