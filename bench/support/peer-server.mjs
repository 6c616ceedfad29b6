// node-media-server as people put it up for HLS: each published stream is pulled by an ffmpeg that copies it to disk.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'

const [folder = '', segmentSeconds = '2'] = process.argv.slice(2)
const requireFromIvsLocal = createRequire(new URL('../../packages/ivs-local/package.json', import.meta.url))
const NodeMediaServer = requireFromIvsLocal('node-media-server')
const logger = requireFromIvsLocal('node-media-server/src/core/logger.js')

// It ends its process when a port is taken and cannot tell which one it got: find a free one first.
const rtmpPort = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const address = probe.address()
    probe.close(() => resolve(address && typeof address === 'object' ? address.port : 0))
  })
})
const server = new NodeMediaServer({
  bind: '127.0.0.1',
  rtmp: { port: rtmpPort },
  store: { path: join(folder, 'store') },
})
logger.level = 'error'

/** @type {Set<import('node:child_process').ChildProcess>} */
const segmenters = new Set()
server.on('postPublish', (/** @type {{ streamName: string }} */ session) => {
  const output = join(folder, session.streamName)
  mkdirSync(output, { recursive: true })
  const quick = [
    '-fflags',
    'nobuffer',
    '-flags',
    'low_delay',
    '-probesize',
    '500000',
    '-analyzeduration',
    '500000',
  ]
  const source = ['-copyts', ...quick, '-i', `rtmp://127.0.0.1:${rtmpPort}/live/${session.streamName}`]
  const hls = ['-f', 'hls', '-hls_time', segmentSeconds, '-hls_list_size', '6']
  const flags = ['-hls_flags', 'delete_segments+independent_segments+program_date_time']
  const files = ['-hls_segment_filename', join(output, 's%05d.ts'), join(output, 'index.m3u8')]
  const copy = ['-c', 'copy', '-muxdelay', '0', '-muxpreload', '0']
  const args = ['-hide_banner', '-loglevel', 'error', ...source, ...copy, ...hls, ...flags, ...files]
  const segmenter = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'ignore'] })
  segmenters.add(segmenter)
  segmenter.once('exit', () => segmenters.delete(segmenter))
  process.send?.({ segmenter: segmenter.pid })
})
await server.run()
process.send?.({ rtmpPort })
const leave = () => {
  for (const segmenter of segmenters) segmenter.kill('SIGKILL')
  process.exit(0)
}
process.once('SIGTERM', leave)
// Whoever measures has gone.
process.once('disconnect', leave)
