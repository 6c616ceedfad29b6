import { PaymentError } from '../errors.ts'
import type { FakePersistence } from './fake-options.ts'
import { type FakeMemory, readSnapshot, writeSnapshot } from './fake-snapshot.ts'

/** What changes by itself, such as a webhook that was delivered, is saved within this time. */
const delayMs = 50

function notLoaded(cause: unknown): never {
  throw new PaymentError({
    code: 'provider_unavailable',
    gateway: 'fake',
    field: 'persistence',
    message: 'What the fake kept could not be loaded.',
    cause,
  })
}

/** Loads the memory before its first use, and saves it after changes. Without persistence it does nothing. */
export function createStorage(memory: () => FakeMemory, persistence: FakePersistence | undefined) {
  let loading: Promise<void> | undefined
  let isLoaded = persistence === undefined
  let saving: Promise<void> = Promise.resolve()
  /** The save that has not begun yet: it will write what is changed now. */
  let next: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let saved: string | null = null

  async function load(): Promise<void> {
    const text = (await persistence?.load().catch(notLoaded)) ?? null
    if (text !== null) readSnapshot(text, memory())
    saved = text
    isLoaded = true
  }

  async function save(): Promise<void> {
    next = undefined
    clearTimeout(timer)
    timer = undefined
    const text = writeSnapshot(memory())
    if (text === saved) return
    await persistence?.save(text)
    saved = text
  }

  /** Saves run one after the other, and all who wait for the next one share it. */
  function saveNow(): Promise<void> {
    if (next) return next
    const done = saving.then(save)
    next = done
    saving = done.catch(() => {})
    return done
  }

  return {
    /** Resolves when what was kept is loaded. A failure is tried again at the next call. */
    async load(): Promise<void> {
      if (isLoaded) return
      loading ??= load().finally(() => {
        loading = undefined
      })
      await loading
    },
    /** For what answers at once. */
    assertLoaded(): void {
      if (isLoaded) return
      throw new PaymentError({
        code: 'misconfigured',
        gateway: 'fake',
        field: 'persistence',
        message: 'The fake has not loaded what was kept.',
        fix: 'Await control.load() first.',
      })
    },
    /** Something has changed. */
    changed(): void {
      if (persistence === undefined || timer !== undefined) return
      // Who keeps the state hears of a failure by flush(); the next change tries again.
      timer = setTimeout(() => void saveNow().catch(() => {}), delayMs)
    },
    async flush(): Promise<void> {
      if (persistence !== undefined && isLoaded) await saveNow()
    },
  }
}
