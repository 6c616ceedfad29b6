import { describe, it } from 'vitest'
import { memoryEventBus } from './event-bus.ts'
import { describeEventBus } from './testing/index.ts'

describeEventBus(
  { describe, it },
  {
    name: 'memory',
    createBackend: () => {
      const bus = memoryEventBus()
      return { open: () => bus }
    },
    withoutOutages: 'nothing lies between a publisher and listeners of the same process',
  },
)
