import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const longestReadme = 60

/** @type {import('../check-workspace.mjs').RuleGroup} */
export const releaseRules = {
  rules: ['readme', 'changeset'],
  check({ root, workspaces }) {
    const announced = announcedPackages(root)
    // A package that has only begun is held to it with its first source file.
    return workspaces
      .filter(({ isPackage, hasSource }) => isPackage && hasSource)
      .flatMap(({ path, folder, name, manifest }) => {
        const found = []
        const readme = join(folder, 'README.md')
        const lines = existsSync(readme) ? readFileSync(readme, 'utf8').trimEnd().split('\n') : []
        const hasReadme = lines[0] === `# ${name}`
        if (!hasReadme) {
          const fix = `write one that begins with "# ${name}", says what it is for and shows it in use`
          found.push({ rule: 'readme', file: `${path}/README.md`, fix })
        } else if (lines.length > longestReadme) {
          const fix = `${lines.length} lines, at most ${longestReadme}: move the rest to docs/guide`
          found.push({ rule: 'readme', file: `${path}/README.md`, line: longestReadme + 1, fix })
        }
        // Once a version is out, its changes are in CHANGELOG.md and the changeset is used up.
        if (manifest.version === '0.0.0' && !announced.has(name)) {
          const fix = `nothing in .changeset announces ${name}: npx changeset`
          found.push({ rule: 'changeset', file: `${path}/package.json`, fix })
        }
        return found
      })
  },
}

/**
 * Names in the front matter of the changesets.
 *
 * @param {string} root
 */
function announcedPackages(root) {
  const folder = join(root, '.changeset')
  if (!existsSync(folder)) return new Set()
  return new Set(
    readdirSync(folder)
      .filter((file) => file.endsWith('.md') && file !== 'README.md')
      .flatMap((file) => {
        const [, front = ''] = readFileSync(join(folder, file), 'utf8').split(/^---$/m)
        return [...front.matchAll(/^['"]?(@[^'":]+)['"]?:/gm)].map((match) => match[1])
      }),
  )
}
