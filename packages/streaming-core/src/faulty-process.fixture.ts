import { createStreaming } from './create-streaming.ts'
import type { MemoryAdapter } from './memory-adapter.ts'
import type { StreamStore } from './stream-store.ts'

/** What goes wrong at a write of the store: `error` is a refusal, `crash` the end of the process that made it. */
export interface StoreFault {
  readonly kind: 'error' | 'crash'
  readonly when: 'before' | 'after'
  /** Which write from now on, 0 for the next. */
  readonly write: number
}

/** Stands in for whatever a database or a dead process throws. */
export class InjectedFault extends Error {}

const writes = new Set<string | symbol>([
  'insert',
  'transition',
  'recordInbox',
  'setViewers',
  'claimIdempotencyKey',
  'completeIdempotencyKey',
  'releaseIdempotencyKey',
])

const providerCalls = new Set<string | symbol>([
  'createChannel',
  'getChannel',
  'hostAccess',
  'viewerAccess',
  'endChannel',
])

/**
 * One server process on a store and a provider that outlive it. After a `crash` nothing that its code still does
 * reaches either of them, as if it had stopped in the middle.
 *
 * @param delays - How many turns each call takes, in a circle: varies what overlaps.
 */
export function startProcess(
  parts: { readonly store: StreamStore; readonly adapter: MemoryAdapter; readonly clock: () => Date },
  delays: readonly number[],
) {
  let isDead = false
  let fault: StoreFault | null = null
  let calls = 0

  const turn = async () => {
    const turns = delays[calls++ % Math.max(1, delays.length)] ?? 0
    for (let index = 0; index < turns; index++) await null
    if (isDead) throw new InjectedFault('This process is dead.')
  }
  const fail = (when: StoreFault['when']) => {
    if (fault?.when !== when || fault.write > 0) return
    isDead = fault.kind === 'crash'
    fault = null
    throw new InjectedFault(`The store failed ${when} a write.`)
  }
  const onStore = async (name: string | symbol, work: () => unknown) => {
    await turn()
    if (!writes.has(name)) return work()
    fail('before')
    const result = await work()
    fail('after')
    if (fault) fault = { ...fault, write: fault.write - 1 }
    return result
  }
  const onProvider = async (_: string | symbol, work: () => unknown) => {
    await turn()
    return work()
  }

  const streaming = createStreaming({
    adapters: [intercept(parts.adapter, onProvider, (name) => providerCalls.has(name))],
    store: intercept(parts.store, onStore, () => true),
    access: () => ({ allowed: true }),
    eligibility: () => ({ eligible: true, verified: true }),
    clock: parts.clock,
  })
  return {
    streaming,
    isDead: () => isDead,
    arm: (next: StoreFault | null) => {
      fault = next
    },
  }
}

/** The same object with `around` in front of its methods. */
function intercept<Target extends object>(
  target: Target,
  around: (name: string | symbol, work: () => unknown) => Promise<unknown>,
  isWanted: (name: string | symbol) => boolean,
): Target {
  return new Proxy(target, {
    get: (object, name) => {
      const member: unknown = Reflect.get(object, name)
      if (typeof member !== 'function' || !isWanted(name)) return member
      return (...given: unknown[]) => around(name, () => Reflect.apply(member, object, given))
    },
  })
}
