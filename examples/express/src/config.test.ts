import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('nothing set means the local platform on the usual ports', () => {
  expect(readConfig({})).toEqual({
    port: 3000,
    ivsLocalPort: 4566,
    rtmpPort: 1935,
    livekitPort: 7880,
    isIvsReal: false,
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

test('a region alone does not switch to the real IVS, credentials beside it do', () => {
  expect(readConfig({ AWS_REGION: 'eu-west-1' }).isIvsReal).toBe(false)
  const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
  expect(readConfig(keys).isIvsReal).toBe(false)
  expect(readConfig({ AWS_REGION: 'eu-west-1', ...keys }).isIvsReal).toBe(true)
})
