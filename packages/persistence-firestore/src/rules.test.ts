import { expect, it } from 'vitest'
import { rulesText } from './as-client.fixture.ts'

/** Each `allow` of the rules with the path of the blocks around it. Google's emulator judges what they mean. */
function grants(text: string): readonly { path: string; allow: string }[] {
  const code = text.replace(/\/\/.*$/gm, '')
  const open: string[] = []
  const found: { path: string; allow: string }[] = []
  for (const [token, path, allow] of code.matchAll(
    /(?:match|service)\s+(\S+)\s*\{|allow\s+([^;]+);|\}(?=\s)|\}$/g,
  )) {
    if (path !== undefined) open.push(path)
    else if (allow !== undefined)
      found.push({ path: open.slice(2).join(''), allow: allow.replace(/\s+/g, ' ') })
    else if (token) open.pop()
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(' ')}`)
  return found
}

it('opens the public documents for reading, and closes all else', () => {
  expect(grants(rulesText)).toEqual([
    { path: '/streams/{streamId}', allow: 'get: if true' },
    { path: '/streams/{streamId}', allow: 'list: if request.query.limit <= 100' },
    { path: '/{document=**}', allow: 'read, write: if false' },
  ])
})

it('is of the version in which {document=**} covers every collection below', () => {
  expect(rulesText.startsWith("rules_version = '2';\n")).toBe(true)
})
