/** Calls a second of each operation (IVS service quotas, "API rate quotas"; not adjustable). */
const callsPerSecond: Readonly<Record<string, number>> = {
  ImportPlaybackKeyPair: 3,
  GetPlaybackKeyPair: 3,
  ListPlaybackKeyPairs: 3,
  DeletePlaybackKeyPair: 3,
  TagResource: 10,
  UntagResource: 10,
  ListTagsForResource: 10,
  StartViewerSessionRevocation: 10,
  BatchStartViewerSessionRevocation: 2,
}

const defaultCallsPerSecond = 5

/** Counts calls over the last second, operation by operation. */
export function createRateLimit(now: () => Date): (operation: string) => boolean {
  const calls = new Map<string, number[]>()
  return (operation) => {
    const time = now().getTime()
    const recent = (calls.get(operation) ?? []).filter((call) => call > time - 1000)
    const isAllowed = recent.length < (callsPerSecond[operation] ?? defaultCallsPerSecond)
    if (isAllowed) recent.push(time)
    calls.set(operation, recent)
    return isAllowed
  }
}
