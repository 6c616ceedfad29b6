import { packageBuild } from '../../build/tsup-preset.ts'

export default packageBuild({
  index: 'src/index.ts',
  testing: 'src/testing/index.ts',
})
