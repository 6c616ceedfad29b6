import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * Starts a Node program beside this file that says `ready` with its facts when it is.
 *
 * @param {URL} program
 * @param {readonly string[]} [args]
 * @param {readonly string[]} [flags] - Of Node itself.
 */
export async function startChild(program, args = [], flags = []) {
  const path = fileURLToPath(program)
  const child = spawn(process.execPath, [...flags, path, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${path} ended with code ${code}`)
  })
  ended.catch(() => {})
  const [message] = await Promise.race([once(child, 'message'), ended])
  return { child, facts: message }
}

/**
 * Ends a program and waits until it has.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export async function endChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(timer)
}
