import type { IngestRate } from './live-media.ts'

const windowMs = 5000

/** Measures bits and frames a second over the last five seconds. */
export function createRateMeter(clock: () => Date) {
  let samples: { readonly atMs: number; readonly bytes: number; readonly isFrame: boolean }[] = []
  return {
    add: (bytes: number, isFrame: boolean): void => {
      const atMs = clock().getTime()
      samples.push({ atMs, bytes, isFrame })
      // Prune now and then: every message would make this the session's hottest loop.
      if (samples.length > 2000) samples = samples.filter((sample) => sample.atMs > atMs - windowMs)
    },
    read: (): IngestRate => {
      const now = clock().getTime()
      const recent = samples.filter((sample) => sample.atMs > now - windowMs)
      const bits = recent.reduce((sum, sample) => sum + sample.bytes * 8, 0)
      const frames = recent.filter((sample) => sample.isFrame).length
      return { bitsPerSecond: (bits * 1000) / windowMs, framesPerSecond: (frames * 1000) / windowMs }
    },
  }
}
