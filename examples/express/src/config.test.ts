import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('nothing set means the local platform on the usual ports', () => {
  expect(readConfig({})).toEqual({
    port: 3000,
    ivsLocalPort: 4566,
    rtmpPort: 1935,
    livekitPort: 7880,
    isIvsReal: false,
    dataFolder: '.stagedoor',
    databaseUrl: null,
  })
})

test('ports are read, and 0 means any free one', () => {
  expect(readConfig({ PORT: '8080', IVS_LOCAL_PORT: '0', RTMP_PORT: '' })).toMatchObject({
    port: 8080,
    ivsLocalPort: 0,
    rtmpPort: 1935,
    livekitPort: 7880,
  })
})

test.each(['http', '70000', '-1', '1.5'])('PORT=%s is refused by name', (PORT) => {
  expect(() => readConfig({ PORT })).toThrow(`PORT is "${PORT}"`)
})

test('an address of no PostgreSQL is refused without being shown', () => {
  for (const DATABASE_URL of ['mysql://ava:hunter2@127.0.0.1/x', 'hunter2', 'postgres://ava:hunter2@:port']) {
    const read = () => readConfig({ DATABASE_URL })
    expect(read).toThrow('DATABASE_URL is no address of a PostgreSQL')
    expect(read).not.toThrow('hunter2')
  }
  const DATABASE_URL = 'postgres://ava:hunter2@127.0.0.1:5432/stagedoor'
  expect(readConfig({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL)
})

test('a region alone does not switch to the real IVS, credentials beside it do', () => {
  expect(readConfig({ AWS_REGION: 'eu-west-1' }).isIvsReal).toBe(false)
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  expect(readConfig(keys).isIvsReal).toBe(false)
  expect(readConfig({ AWS_REGION: 'eu-west-1', ...keys }).isIvsReal).toBe(true)
})
