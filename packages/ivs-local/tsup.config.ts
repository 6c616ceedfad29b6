import { packageBuild } from '../../build/tsup-preset.ts'

export default packageBuild(
  {
    index: 'src/index.ts',
    'bin/ivs-local': 'src/bin/ivs-local.ts',
    'media/packager-worker': 'src/media/packager-worker.ts',
  },
  { platform: 'node', dts: { entry: { index: 'src/index.ts' } } },
)
