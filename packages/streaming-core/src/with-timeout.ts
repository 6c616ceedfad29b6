/** What a promise gives, or a rejection when it takes too long; the work itself is not ended. */
export async function withTimeout<Result>(
  work: Promise<Result>,
  timeoutMs: number,
  problem: string,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${problem} within ${timeoutMs} ms.`)), timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
