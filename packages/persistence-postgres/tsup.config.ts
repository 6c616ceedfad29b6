import { packageBuild } from '../../build/tsup-preset.ts'

export default packageBuild(
  { index: 'src/index.ts', 'bin/stagedoor': 'src/bin/stagedoor.ts' },
  { platform: 'node', dts: { entry: { index: 'src/index.ts' } } },
)
