import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkWorkspace } from '../check-workspace.mjs'
import { rightRepository, writeRepository } from './repository.fixture.mjs'

/** @typedef {import('./repository.fixture.mjs').Draft} Draft */

/**
 * What the check says of the right repository after one change, as `rule file:line`.
 *
 * @param {(draft: Draft) => void} change
 */
function violationsAfter(change) {
  const draft = rightRepository()
  change(draft)
  const { root, remove } = writeRepository(draft)
  try {
    return checkWorkspace(root).violations.map(({ rule, line }) => `${rule} ${line.split('  ')[0]}`)
  } finally {
    remove()
  }
}

/** @param {string} path @param {string} text @returns {(draft: Draft) => void} */
const file = (path, text) => (draft) => {
  draft.files[path] = text
}

/** @param {string} path @param {(manifest: Record<string, any>) => void} edit @returns {(draft: Draft) => void} */
const manifest = (path, edit) => (draft) => edit(draft.manifests[path] ?? {})

const core = 'packages/streaming-core/src'
const adapter = 'packages/ivs-adapter/src'
const cast = 'export const value = 1 as unknown as string\n'
// In parts, so that this file does not break the rules that it tests.
const note = `// ${'TO' + 'DO'}: later\n`
const someonesFile = `export const path = '/${'home'}/ann/clip.flv'\n`

/** Rule, what breaks it, and where it is found. @type {[string, string, (draft: Draft) => void, string][]} */
const violations = [
  [
    'arrow',
    'a value over an arrow for types',
    file('packages/react-components/src/begin.ts', "import { start } from '@stagedoor/streaming-core'\n"),
    'packages/react-components/src/begin.ts:1',
  ],
  [
    'arrow',
    'an import against the arrow',
    file('packages/ledger/src/pay.ts', "\nexport { tips } from '@stagedoor/tips'\n"),
    'packages/ledger/src/pay.ts:2',
  ],
  [
    'arrow',
    'a dynamic import against the arrow',
    file(`${core}/lazy.ts`, "export const ivs = () => import('@stagedoor/ivs-adapter')\n"),
    `${core}/lazy.ts:1`,
  ],
  [
    'nothing-imports-examples',
    'an import of an example',
    file(`${adapter}/demo.ts`, "import '@stagedoor/example-demo'\n"),
    `${adapter}/demo.ts:1`,
  ],
  [
    'portable-no-node',
    'a Node module in a portable package',
    file(`${core}/hash.ts`, "import { createHash } from 'node:crypto'\n"),
    `${core}/hash.ts:1`,
  ],
  [
    'portable-no-node',
    'a Node module without its prefix',
    file(`${core}/hash.ts`, "import { createHash } from 'crypto'\n"),
    `${core}/hash.ts:1`,
  ],
  [
    'portable-no-vendor',
    'a vendor in a portable package',
    file('packages/ledger/src/pg.ts', "import type { Pool } from 'pg'\n"),
    'packages/ledger/src/pg.ts:1',
  ],
  [
    'no-path-out',
    'a path into another package',
    file(`${adapter}/near.ts`, "import '../../streaming-core/src/start.ts'\n"),
    `${adapter}/near.ts:1`,
  ],
  [
    'no-path-out',
    'a path into another package’s source in a test',
    file(`${adapter}/near.test.ts`, "import '../../streaming-core/src/start.ts'\n"),
    `${adapter}/near.test.ts:1`,
  ],
  [
    'no-path-out',
    'a path to another package’s fixture in a source',
    file(`${adapter}/near.ts`, "import '../../streaming-core/src/server.fixture.ts'\n"),
    `${adapter}/near.ts:1`,
  ],
  [
    'no-export-star',
    'a barrel of everything',
    file(`${core}/all.ts`, "export * from './start.ts'\n"),
    `${core}/all.ts:1`,
  ],
  [
    'no-console',
    'a library that prints',
    file(`${core}/print.ts`, "globalThis.console.log('x')\n"),
    `${core}/print.ts:1`,
  ],
  [
    'no-process-env',
    'a library that reads the environment',
    file(`${adapter}/env.ts`, "\nexport const region = process.env['AWS_REGION']\n"),
    `${adapter}/env.ts:2`,
  ],
  [
    'no-skipped-test',
    'a skipped test',
    file(`${core}/a.test.ts`, "import { it } from 'vitest'\nit.skip('x', () => {})\n"),
    `${core}/a.test.ts:2`,
  ],
  [
    'no-skipped-test',
    'a test that runs alone',
    file(`${core}/a.test.ts`, "import { describe } from 'vitest'\ndescribe.only('x', () => {})\n"),
    `${core}/a.test.ts:2`,
  ],
  [
    'few-casts',
    'a fourth cast through unknown',
    file(
      `${adapter}/cast.ts`,
      cast.replace('value', 'a') + cast.replace('value', 'b') + cast.replace('value', 'c') + cast,
    ),
    `${adapter}/cast.ts:4`,
  ],
  ['file-size', 'a long source', file(`${core}/long.ts`, '// line\n'.repeat(351)), `${core}/long.ts:351`],
  [
    'file-size',
    'a long test',
    file(`${core}/long.test.ts`, '// line\n'.repeat(401)),
    `${core}/long.test.ts:401`,
  ],
  ['no-unfinished', 'a note to finish it', file(`${core}/later.ts`, `\n${note}`), `${core}/later.ts:2`],
  [
    'no-machine-path',
    "a path on somebody's machine",
    file(`${adapter}/path.ts`, someonesFile),
    `${adapter}/path.ts:1`,
  ],
  [
    'manifest',
    'another licence',
    manifest('packages/ledger', (fields) => {
      fields.license = 'ISC'
    }),
    'packages/ledger/package.json:5',
  ],
  [
    'manifest',
    'an example that could be published',
    manifest('examples/demo', (fields) => {
      fields.private = false
    }),
    'examples/demo/package.json:3',
  ],
  [
    'exports',
    'conditions in the wrong order',
    manifest('packages/ledger', (fields) => {
      fields.exports['.'] = {
        types: './dist/index.d.ts',
        '@stagedoor/source': './src/index.ts',
        default: './dist/index.js',
      }
    }),
    'packages/ledger/package.json:16',
  ],
  [
    'exports',
    'a source that is not there',
    manifest('packages/ledger', (fields) => {
      fields.exports['.']['@stagedoor/source'] = './src/main.ts'
    }),
    'packages/ledger/package.json:16',
  ],
  [
    'workspace-version',
    'a version that is not the one here',
    manifest('packages/ivs-adapter', (fields) => {
      fields.dependencies['@stagedoor/streaming-core'] = '^1.0.0'
    }),
    'packages/ivs-adapter/package.json:35',
  ],
  [
    'readme',
    'a README with another title',
    file('packages/ledger/README.md', '# Ledger\n'),
    'packages/ledger/README.md:1',
  ],
  [
    'readme',
    'a README that is a book',
    file('packages/ledger/README.md', `# @stagedoor/ledger\n${'line\n'.repeat(60)}`),
    'packages/ledger/README.md:61',
  ],
  [
    'changeset',
    'a package that nothing announces',
    file(
      '.changeset/first.md',
      "---\n'@stagedoor/streaming-core': minor\n'@stagedoor/ledger': minor\n'@stagedoor/payment-gateway': minor\n'@stagedoor/tips': minor\n'@stagedoor/react-components': minor\n---\n\n'@stagedoor/ivs-adapter': in the text alone\n",
    ),
    'packages/ivs-adapter/package.json:1',
  ],
  [
    'lock-file',
    'a dependency that the lock file lacks',
    (draft) => {
      draft.editLock = ({ packages }) => {
        delete packages['packages/ivs-adapter']?.dependencies
      }
    },
    'packages/ivs-adapter/package.json:1',
  ],
  [
    'lock-file',
    'a package that is gone',
    (draft) => {
      draft.editLock = ({ packages }) => {
        packages['packages/gone'] = {}
      }
    },
    'package-lock.json:1',
  ],
]

describe('the workspace check', () => {
  it('has nothing against a repository that keeps the rules', () => {
    assert.deepEqual(
      violationsAfter(() => {}),
      [],
    )
  })

  it('lets a test use the fixture of another package', () => {
    const server = "import '../../streaming-core/src/server.fixture.ts'\n"
    for (const name of ['near.test.ts', 'near.fixture.ts']) {
      assert.deepEqual(violationsAfter(file(`${adapter}/${name}`, server)), [])
    }
  })

  for (const [rule, what, change, place] of violations) {
    it(`finds ${what} (${rule})`, () => {
      assert.deepEqual(violationsAfter(change), [`${rule} ${place}`])
    })
  }

  it('holds every package to the same fields', () => {
    const wrong = {
      name: '@stagedoor/accounts',
      private: true,
      description: 'Ledger.',
      license: undefined,
      type: 'commonjs',
      sideEffects: undefined,
      engines: { node: '>=18' },
      repository: { directory: 'packages/tips' },
      publishConfig: {},
      files: ['dist'],
      main: './dist/index.js',
    }
    for (const [field, value] of Object.entries(wrong)) {
      const found = violationsAfter((draft) => {
        // Nobody imports it, so that a new name breaks nothing else.
        delete draft.files['packages/tips/src/index.ts']
        Object.assign(draft.manifests['packages/ledger'] ?? {}, { [field]: value })
      })
      assert.ok(
        found.some((one) => one.startsWith('manifest packages/ledger/package.json')),
        `${field}: ${found}`,
      )
    }
  })

  it('asks for a line in the arrows when a package is new', () => {
    const found = violationsAfter((draft) => {
      draft.manifests['packages/chat'] = {
        ...structuredClone(draft.manifests['packages/ledger']),
        name: '@stagedoor/chat',
        repository: { directory: 'packages/chat' },
      }
    })
    assert.deepEqual(found, ['arrow packages/chat/package.json:1'])
  })

  it('has a violation here for every rule', () => {
    const { root, remove } = writeRepository(rightRepository())
    const { rules } = checkWorkspace(root)
    remove()
    assert.deepEqual([...new Set(violations.map(([rule]) => rule))].sort(), [...rules].sort())
  })
})
