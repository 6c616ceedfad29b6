import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `livekit-server` on PATH, or where `npm test` builds it. */
export function findLivekitServer(): string {
  const built = fileURLToPath(new URL('../../../../.cache/toolchain/go', import.meta.url))
  const folders = [...(process.env.PATH ?? '').split(delimiter), built]
  const found = folders.map((folder) => join(folder, 'livekit-server')).find((file) => existsSync(file))
  if (found) return found
  throw new Error('livekit-server is not there. npm test builds it where Go is present.')
}
