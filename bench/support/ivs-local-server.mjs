// ivs-local as it is built, alone in a process.
const built = new URL('../../packages/ivs-local/dist/index.js', import.meta.url)
const { createIvsLocal } = await import(built.href)

const local = createIvsLocal({ port: 0, rtmpPort: 0, enforceRateLimits: false })
await local.start()
process.send?.({ url: local.url, rtmpPort: Number(new URL(local.rtmpUrl).port) })
process.once('SIGTERM', async () => {
  await local.close()
  process.exit(0)
})
// Whoever measures has gone.
process.once('disconnect', () => process.exit(0))
