import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  BatchGetChannelCommand,
  CreateChannelCommand,
  CreateStreamKeyCommand,
  DeleteChannelCommand,
  DeletePlaybackKeyPairCommand,
  DeleteStreamKeyCommand,
  GetChannelCommand,
  GetPlaybackKeyPairCommand,
  GetStreamCommand,
  GetStreamKeyCommand,
  GetStreamSessionCommand,
  ImportPlaybackKeyPairCommand,
  ListChannelsCommand,
  ListPlaybackKeyPairsCommand,
  ListStreamKeysCommand,
  ListStreamSessionsCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  PutMetadataCommand,
  StopStreamCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateChannelCommand,
} from '@aws-sdk/client-ivs'
import { createIvsLocal, type IvsEvent, type IvsLocal, type IvsLocalOptions } from '@stagedoor/ivs-local'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { named, useIvsLocal } from './ivs-local.fixture.ts'
import { killEncoder, pushWithFfmpeg, until } from './media/encoder.fixture.ts'

const { start, cleanups } = useIvsLocal()

const push = (local: IvsLocal, key: string | undefined) => {
  const process = pushWithFfmpeg(`${local.rtmpUrl}${key}`)
  cleanups.push(() => killEncoder(process))
  return process
}

describe('the unmodified AWS SDK', () => {
  it('runs a channel’s whole life, documented errors included', async () => {
    const { local, client, events } = await start()
    const created = await client.send(new CreateChannelCommand({ name: 'show-1', tags: { team: 'a' } }))
    const arn = created.channel?.arn ?? ''
    expect(arn).toMatch(/^arn:aws:ivs:us-east-1:\d{12}:channel\/[a-zA-Z0-9]{12}$/)
    expect(created.channel).toMatchObject({
      type: 'STANDARD',
      latencyMode: 'LOW',
      authorized: false,
      name: 'show-1',
    })
    expect(created.streamKey?.value).toMatch(/^sk_us-east-1_/)
    expect((await client.send(new GetChannelCommand({ arn }))).channel).toEqual(created.channel)

    const quota = client.send(new CreateStreamKeyCommand({ channelArn: arn }))
    await expect(quota).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
      $metadata: { httpStatusCode: 402 },
    })
    const offline = { name: 'ChannelNotBroadcasting', $metadata: { httpStatusCode: 404 } }
    await expect(client.send(new GetStreamCommand({ channelArn: arn }))).rejects.toMatchObject(offline)
    await expect(client.send(new StopStreamCommand({ channelArn: arn }))).rejects.toMatchObject(offline)

    push(local, created.streamKey?.value)
    await until(() => named(events, 'Stream Start'), 'Stream Start')
    const { stream } = await client.send(new GetStreamCommand({ channelArn: arn }))
    expect(stream).toMatchObject({ state: 'LIVE', health: 'HEALTHY', viewerCount: 0 })
    expect(stream?.streamId).toMatch(/^st-[A-Za-z0-9]{23}$/)
    expect((await client.send(new ListStreamsCommand({}))).streams?.map((entry) => entry.channelArn)).toEqual(
      [arn],
    )
    const conflict = { name: 'ConflictException', $metadata: { httpStatusCode: 409 } }
    await expect(client.send(new DeleteChannelCommand({ arn }))).rejects.toMatchObject(conflict)
    await expect(client.send(new UpdateChannelCommand({ arn, name: 'x' }))).rejects.toMatchObject(conflict)

    await client.send(new StopStreamCommand({ channelArn: arn }))
    await expect(client.send(new GetStreamCommand({ channelArn: arn }))).rejects.toMatchObject(offline)
    const { streamSession } = await client.send(new GetStreamSessionCommand({ channelArn: arn }))
    expect(streamSession?.streamId).toBe(stream?.streamId)
    expect(streamSession?.endTime).toBeInstanceOf(Date)
    const sessions = await client.send(new ListStreamSessionsCommand({ channelArn: arn }))
    expect(sessions.streamSessions).toHaveLength(1)

    await client.send(new DeleteChannelCommand({ arn }))
    const gone = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } }
    await expect(client.send(new GetChannelCommand({ arn }))).rejects.toMatchObject(gone)
    await expect(client.send(new DeleteChannelCommand({ arn }))).rejects.toMatchObject(gone)
    const order = events.map((event) => event.detail.event_name)
    expect(order).toEqual(['Session Created', 'Stream Start', 'Stream End', 'Session Ended'])
  })

  it('rotates the one stream key of a channel, and the old key is dead at once', async () => {
    const { local, client, warnings } = await start()
    const { channel, streamKey } = await client.send(new CreateChannelCommand({}))
    const channelArn = channel?.arn ?? ''
    const listed = await client.send(new ListStreamKeysCommand({ channelArn }))
    expect(listed.streamKeys).toEqual([{ arn: streamKey?.arn, channelArn, tags: {} }])
    await client.send(new DeleteStreamKeyCommand({ arn: streamKey?.arn }))
    const next = await client.send(new CreateStreamKeyCommand({ channelArn }))
    const read = await client.send(new GetStreamKeyCommand({ arn: next.streamKey?.arn }))
    expect(read.streamKey?.value).toBe(next.streamKey?.value)
    const process = push(local, streamKey?.value)
    await once(process, 'exit')
    expect(process.exitCode).not.toBe(0)
    expect(warnings.join()).toContain('not valid')
    expect(warnings.join()).not.toContain(streamKey?.value)
  })

  it('pages and filters lists', async () => {
    const { client } = await start()
    for (const name of ['a', 'b', 'c', 'd', 'e']) await client.send(new CreateChannelCommand({ name }))
    const names: (string | undefined)[] = []
    let nextToken: string | undefined
    do {
      const page = await client.send(
        new ListChannelsCommand({ maxResults: 2, ...(nextToken ? { nextToken } : {}) }),
      )
      names.push(...(page.channels ?? []).map((channel) => channel.name))
      nextToken = page.nextToken
    } while (nextToken)
    expect(names).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect((await client.send(new ListChannelsCommand({ filterByName: 'c' }))).channels).toHaveLength(1)
    const both = new ListChannelsCommand({ filterByName: 'c', filterByRecordingConfigurationArn: 'arn:x' })
    await expect(client.send(both)).rejects.toMatchObject({ name: 'ConflictException' })
    await expect(client.send(new ListChannelsCommand({ maxResults: 101 }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('maxResults'),
    })
  })

  it('names the field of bad input, and an operation that is not there', async () => {
    const { client } = await start()
    await expect(client.send(new CreateChannelCommand({ name: 'no spaces' }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('name'),
    })
    await expect(client.send(new GetChannelCommand({ arn: 'nonsense' }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
    const unknown = new PutMetadataCommand({
      channelArn: 'arn:aws:ivs:us-east-1:000000000000:channel/x',
      metadata: 'm',
    })
    await expect(client.send(unknown)).rejects.toMatchObject({ name: 'NotImplementedByIvsLocal' })
  })

  it('keeps to the quotas and rates', async () => {
    const { client } = await start({ quotas: { channels: 1 }, enforceRateLimits: true })
    await client.send(new CreateChannelCommand({}))
    await expect(client.send(new CreateChannelCommand({}))).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
    })
    const calls = Array.from({ length: 8 }, () => client.send(new ListChannelsCommand({})))
    const results = await Promise.allSettled(calls)
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []))
    expect(refused).toEqual(['ThrottlingException', 'ThrottlingException', 'ThrottlingException'])
  })

  it('tags resources and manages playback key pairs', async () => {
    const { client } = await start()
    const { channel } = await client.send(new CreateChannelCommand({ tags: { a: '1' } }))
    const resourceArn = channel?.arn ?? ''
    await client.send(new TagResourceCommand({ resourceArn, tags: { b: '2' } }))
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }))
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ b: '2' })
    const batch = await client.send(new BatchGetChannelCommand({ arns: [resourceArn, `${resourceArn}x`] }))
    expect([batch.channels?.length, batch.errors?.length]).toEqual([1, 1])

    const pem = () =>
      generateKeyPairSync('ec', { namedCurve: 'P-384' })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString()
    const material = pem()
    const { keyPair } = await client.send(
      new ImportPlaybackKeyPairCommand({ publicKeyMaterial: material, name: 'one' }),
    )
    const again = client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial: material }))
    await expect(again).rejects.toMatchObject({ name: 'ConflictException' })
    await client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial: pem() }))
    await client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial: pem() }))
    const fourth = client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial: pem() }))
    await expect(fourth).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
      type: 'spki',
      format: 'pem',
    })
    const wrong = client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial: rsa.toString() }))
    await expect(wrong).rejects.toMatchObject({ name: 'ValidationException' })
    expect((await client.send(new GetPlaybackKeyPairCommand({ arn: keyPair?.arn }))).keyPair?.name).toBe(
      'one',
    )
    await client.send(new DeletePlaybackKeyPairCommand({ arn: keyPair?.arn }))
    expect((await client.send(new ListPlaybackKeyPairsCommand({}))).keyPairs).toHaveLength(2)
  })
})

describe('playback', () => {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const token = (claims: Record<string, unknown>, expiresIn = 60, key = keys.privateKey) =>
    new SignJWT({ ...claims, exp: Math.floor(Date.now() / 1000) + expiresIn })
      .setProtectedHeader({ alg: 'ES384' })
      .sign(key)

  async function privateChannel() {
    const context = await start({ viewerLeaveSeconds: 1 })
    const publicKeyMaterial = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    await context.client.send(new ImportPlaybackKeyPairCommand({ publicKeyMaterial }))
    const { channel } = await context.client.send(new CreateChannelCommand({ authorized: true }))
    const arn = channel?.arn ?? ''
    const url = channel?.playbackUrl ?? ''
    const answer = async (jwt: string) => {
      const response = await fetch(`${url}?token=${jwt}`)
      return { status: response.status, text: await response.text() }
    }
    return { ...context, arn, url, answer }
  }

  it('begins with a valid token only, counts viewers, and goes on without asking again', async () => {
    const { local, client, events, arn, url, answer } = await privateChannel()
    const valid = await token({ 'aws:channel-arn': arn, 'aws:viewer-id': 'vic' })
    expect((await answer(valid)).status).toBe(404)
    await local.startTestSource(arn)
    await until(() => named(events, 'Stream Start'), 'Stream Start')
    const refused = async (jwt: string) => {
      const { status, text } = await answer(jwt)
      expect(text).toContain('invalid_playback_auth_token')
      expect(text).not.toContain('.m3u8')
      expect(status).toBe(403)
    }
    expect((await fetch(url)).status).toBe(403)
    await refused('garbage')
    await refused(await token({ 'aws:channel-arn': arn }, -1))
    await refused(await token({ 'aws:channel-arn': `${arn}x` }))
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
    await refused(await token({ 'aws:channel-arn': arn }, 60, stranger))
    await refused(await token({ 'aws:channel-arn': arn, 'aws:viewer-id': 'vic' }, 3600))
    await refused(await token({ 'aws:channel-arn': arn, 'aws:viewer-id': 5 }, 3600))
    await refused(await token({ 'aws:channel-arn': arn, 'aws:strict-origin-enforcement': 'true' }))
    const strict = await token({
      'aws:channel-arn': arn,
      'aws:access-control-allow-origin': 'https://a.example',
      'aws:strict-origin-enforcement': true,
    })
    const from = async (origin: string) =>
      (await fetch(`${url}?token=${strict}`, { headers: { origin } })).status
    expect(
      await Promise.all(['https://a.example', 'http://a.example', 'https://b.example'].map(from)),
    ).toEqual([200, 403, 403])
    const single = await token({ 'aws:channel-arn': arn, 'aws:single-use-uuid': 'u1' })
    expect((await answer(single)).status).toBe(200)
    await refused(single)

    const master = await answer(valid)
    expect(master.status).toBe(200)
    const playlistUrl = `${local.url}${/^\/v1\/playlist\S+/m.exec(master.text)?.[0]}`
    const playlist = await (await fetch(playlistUrl)).text()
    const segment = await fetch(`${local.url}${/^\/v1\/segment\S+/m.exec(playlist)?.[0]}`)
    expect(segment.headers.get('content-type')).toBe('video/mp2t')
    expect((await segment.arrayBuffer()).byteLength).toBeGreaterThan(1000)
    const count = async () =>
      (await client.send(new GetStreamCommand({ channelArn: arn }))).stream?.viewerCount
    expect(await count()).toBe(1)
    const deadline = Date.now() + 10_000
    while ((await count()) !== 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await count()).toBe(0)
    const guessed = playlistUrl.replace(/playlist\/(\w+)\/\w+/, 'playlist/$1/guess')
    expect((await fetch(guessed)).status).toBe(403)
    expect(local.stopTestSource(arn)).toBe(true)
  })
})

describe('events', () => {
  it('reach their target in order with the secret header, also when it was away', async () => {
    const received: { name: string; secret: string | undefined }[] = []
    let failures = 2
    const target = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      response.statusCode = failures-- > 0 ? 503 : 200
      if (response.statusCode === 200) {
        const event: IvsEvent = JSON.parse(Buffer.concat(chunks).toString())
        received.push({
          name: String(event.detail.event_name),
          secret: request.headers['x-secret']?.toString(),
        })
      }
      response.end()
    }).listen(0, '127.0.0.1')
    await once(target, 'listening')
    cleanups.push(() => new Promise((resolve) => target.close(resolve)))
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`
    const { local, client, events } = await start({ eventTarget: { url, headers: { 'x-secret': 's3cret' } } })
    const { channel, streamKey } = await client.send(new CreateChannelCommand({ name: 'show' }))
    await local.startTestSource(channel?.arn ?? '')
    await until(() => named(events, 'Stream Start'), 'Stream Start')
    local.stopTestSource(channel?.arn ?? '')
    await until(() => received.some((entry) => entry.name === 'Session Ended'), 'delivery')
    expect(received.map((entry) => entry.name)).toEqual([
      'Session Created',
      'Stream Start',
      'Stream End',
      'Session Ended',
    ])
    expect(received.every((entry) => entry.secret === 's3cret')).toBe(true)
    expect(JSON.stringify(events)).not.toContain(streamKey?.value)
  })
})

describe('bad requests', () => {
  it('get an answer and do no harm', async () => {
    const { local, client } = await start()
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=x', 'content-type': 'application/json' }
    const post = async (path: string, body: string) => {
      const response = await fetch(`${local.url}${path}`, { method: 'POST', body, headers })
      return { status: response.status, name: response.headers.get('x-amzn-errortype') }
    }
    expect(await post('/CreateChannel', '{"name":')).toEqual({ status: 400, name: 'ValidationException' })
    expect(await post('/CreateChannel', '[]')).toEqual({ status: 400, name: 'ValidationException' })
    expect(await post('/toString', '{}')).toEqual({ status: 501, name: 'NotImplementedByIvsLocal' })
    const large = await post('/CreateChannel', JSON.stringify({ name: 'x'.repeat(10_000_000) })).catch(
      () => 'closed',
    )
    expect([{ status: 400, name: 'ValidationException' }, 'closed']).toContainEqual(large)
    expect((await fetch(`${local.url}/CreateChannel`, { method: 'POST' })).status).toBe(403)
    expect(await post('/tags/%E0', '{}')).toEqual({ status: 400, name: 'ValidationException' })
    expect((await fetch(`${local.url}/v1/segment/..%2f..%2fetc/x/y/1.ts`)).status).toBe(403)
    expect((await client.send(new ListChannelsCommand({}))).channels).toEqual([])
  })

  it('say which option is wrong', () => {
    expect(() => createIvsLocal({ port: -1 })).toThrow(/port/)
    expect(() => createIvsLocal({ nope: 1 } as IvsLocalOptions)).toThrow(/nope/)
  })
})
