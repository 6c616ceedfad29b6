import { packageBuild } from '../../build/tsup-preset.ts'

export default packageBuild({
  index: 'src/index.ts',
  testing: 'src/testing/index.ts',
  stripe: 'src/stripe/index.ts',
  ccbill: 'src/ccbill/index.ts',
  fake: 'src/fake/index.ts',
})
