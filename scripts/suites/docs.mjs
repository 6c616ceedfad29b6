import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache } from '../setup/paths.mjs'
import { collectExamples } from './collect-examples.mjs'
import { plural } from './suite.mjs'

/** @type {import('./suite.mjs').Suite} */
export const docs = {
  name: 'docs',
  about:
    'every public export is documented and linked (typedoc); every example in TSDoc, READMEs and docs/ compiles',
  async run(context) {
    const typedoc = await context.runNode('typedoc/bin/typedoc', ['--emit', 'docs'])
    const examples = collectExamples()
    const compiled = await compile(context, examples)
    const failures = [
      ...(typedoc.code === 0 ? [] : [typedoc.output]),
      ...compiled.map(({ where, message }) => `${where} ${message}`),
    ]
    const badExamples = new Set(compiled.map(({ example }) => example)).size
    return {
      passed: (typedoc.code === 0 ? 1 : 0) + examples.length - badExamples,
      failed: (typedoc.code === 0 ? 0 : 1) + badExamples,
      summary: `typedoc, ${plural(examples.length, 'example')}`,
      failure: failures.join('\n'),
    }
  },
}

/**
 * Compiles each example as a module of its own inside the repository, so that packages resolve as for a reader.
 *
 * @param {import('./suite.mjs').SuiteContext} context
 * @param {readonly import('./collect-examples.mjs').Example[]} examples
 */
async function compile(context, examples) {
  const folder = join(cache, 'examples')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const names = examples.map((example, index) => `example-${index}.${example.isJsx ? 'tsx' : 'ts'}`)
  for (const [index, example] of examples.entries()) {
    // On the line of the fence, so that line numbers agree.
    writeFileSync(join(folder, names[index] ?? ''), `export {}\n${example.code}`)
  }
  const compilerOptions = {
    lib: ['ES2024', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    jsx: 'react-jsx',
    noUnusedLocals: false,
    noUnusedParameters: false,
    verbatimModuleSyntax: false,
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../build/tsconfig.base.json', compilerOptions, files: names }),
  )
  if (examples.length === 0) return []
  const { code, output } = await context.runNode('typescript/bin/tsc', ['-p', folder, '--pretty', 'false'])
  const errors = [...output.matchAll(/example-(\d+)\.tsx?\((\d+),\d+\): (.+)/g)].map(
    ([, index, line, message]) => {
      const example = examples[Number(index)]
      return {
        example,
        where: `${example?.file}:${(example?.line ?? 0) + Number(line) - 1}`,
        message: message ?? '',
      }
    },
  )
  if (code !== 0 && errors.length === 0) {
    return [{ example: examples[0], where: 'tsc', message: output }]
  }
  return errors
}
