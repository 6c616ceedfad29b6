import type { AccessHook } from '@stagedoor/streaming-core'
import { expectTypeOf } from 'vitest'
import type { Paywall } from './paywall.ts'

expectTypeOf<Paywall['access']>().toExtend<AccessHook>()
