// Runs a program for as long as whoever started this is there: `node supervised-process.ts program`. A program of another
// language does not notice when its parent was killed, and would keep its ports from the next start.
import { spawn } from 'node:child_process'

const [program = ''] = process.argv.slice(2)
const child = spawn(program, [], { stdio: ['ignore', 'ignore', 'inherit'] })
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
child.once('exit', (code) => process.exit(code ?? 1))
const stop = () => {
  // A first milder signal would let it drain its rooms, which the demo's own end does not wait for.
  child.kill('SIGKILL')
}
// The system closes our standard input with its writer, however that one ends.
process.stdin.once('end', stop).once('error', stop).resume()
process.once('SIGTERM', stop)
process.once('SIGINT', () => {})
