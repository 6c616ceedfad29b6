// Type-checks every package and example: the `types` suite of `npm test`, alone.
process.argv.splice(2, Number.POSITIVE_INFINITY, 'types')
await import('./test.mjs')
