import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * @typedef {Record<string, any>} Manifest
 * @typedef {object} Draft - A repository before it is written.
 * @property {Record<string, string>} files - Path to text; sources, READMEs, changesets.
 * @property {Record<string, Manifest>} manifests - Path of a workspace (or '' for the root) to its package.json.
 * @property {(lock: { packages: Record<string, Manifest> }) => void} editLock - Called before the lock file is written.
 */

const packages = ['streaming-core', 'ledger', 'payment-gateway', 'ivs-adapter', 'tips', 'react-components']

/** @param {string} name @returns {Manifest} */
function packageManifest(name) {
  return {
    name: `@stagedoor/${name}`,
    version: '0.0.0',
    description: `What ${name} is for, in a sentence.`,
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22' },
    repository: { type: 'git', directory: `packages/${name}` },
    exports: {
      '.': {
        '@stagedoor/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
      './package.json': './package.json',
    },
    files: [
      'dist',
      'src',
      '!src/**/*.test.ts',
      '!src/**/*.test-d.ts',
      '!src/**/*.fixture.ts',
      '!src/**/__fixtures__',
    ],
    publishConfig: { access: 'public' },
  }
}

/**
 * A small repository that keeps every rule, and comes near to breaking several.
 *
 * @returns {Draft}
 */
export function rightRepository() {
  /** @type {Draft} */
  const draft = {
    files: {
      '.changeset/first.md': `---\n${packages.map((name) => `'@stagedoor/${name}': minor`).join('\n')}\n---\n\nFirst.\n`,
      'packages/streaming-core/src/index.ts': "export { start } from './start.ts'\n",
      'packages/streaming-core/src/start.ts': 'export const start = (console: string) => console\n',
      'packages/streaming-core/src/start.test.ts':
        "import { it } from 'vitest'\nimport { readFileSync } from 'node:fs'\nit('reads', () => readFileSync('x'))\n",
      'packages/ledger/src/index.ts': 'export const zero = 0n\n',
      'packages/payment-gateway/src/index.ts': 'export interface Gateway {}\n',
      'packages/ivs-adapter/src/index.ts':
        "import { createHash } from 'node:crypto'\nimport { start } from '@stagedoor/streaming-core'\n" +
        "export const ivs = () => start(createHash('md5').digest('hex'))\n",
      'packages/ivs-adapter/src/bin/ivs.ts': "console.log(process.env['AWS_REGION'])\n",
      'packages/tips/src/index.ts':
        "import { zero } from '@stagedoor/ledger'\nimport type { Gateway } from '@stagedoor/payment-gateway'\n" +
        'export const tips = (gateway: Gateway) => [gateway, zero]\n',
      'packages/react-components/src/index.ts':
        "import type { start } from '@stagedoor/streaming-core'\nexport type Start = typeof start\n",
      'examples/demo/src/main.ts':
        "import { start } from '@stagedoor/streaming-core'\nconsole.log(start(''))\n",
    },
    manifests: {
      '': { name: 'workspace', private: true, devDependencies: { vitest: '^5.0.0' } },
      'examples/demo': {
        name: '@stagedoor/example-demo',
        private: true,
        license: 'MIT',
        type: 'module',
        dependencies: { '@stagedoor/streaming-core': '0.0.0' },
      },
    },
    editLock: () => {},
  }
  for (const name of packages) {
    draft.manifests[`packages/${name}`] = packageManifest(name)
    draft.files[`packages/${name}/README.md`] = `# @stagedoor/${name}\n\nWhat it is for.\n`
  }
  const ivs = draft.manifests['packages/ivs-adapter']
  if (ivs) ivs.dependencies = { '@stagedoor/streaming-core': '0.0.0' }
  return draft
}

/**
 * Writes a repository into a temporary folder, its lock file made of its manifests.
 *
 * @param {Draft} draft
 * @returns {{ root: string, remove: () => void }}
 */
export function writeRepository({ files, manifests, editLock }) {
  const root = mkdtempSync(join(tmpdir(), 'stagedoor-rules-'))
  const write = (/** @type {string} */ path, /** @type {string} */ text) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) write(path, text)
  const lock = { packages: structuredClone(manifests) }
  editLock(lock)
  write('package-lock.json', JSON.stringify(lock))
  for (const [path, manifest] of Object.entries(manifests)) {
    write(join(path, 'package.json'), JSON.stringify(manifest, null, 2))
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
