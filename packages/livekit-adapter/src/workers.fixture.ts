import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EgressInfo, EgressStatus, IngressInfo, IngressInput } from 'livekit-server-sdk'

type Message = { readonly [key: string]: unknown }

/**
 * LiveKit's answers about ingress and egress, whose workers do not run on every machine: made of the SDK's own messages
 * and put into the JSON that a server sends.
 */
export async function startWorkers() {
  const calls: { readonly method: string; readonly body: Message }[] = []
  const ingresses = new Map<string, IngressInfo>()
  const egresses: EgressInfo[] = []
  const rooms: { readonly name: unknown }[] = []
  const participants: { readonly sid: string; readonly identity: string }[] = []
  const failures = [
    { about: ':stuck', status: 503, code: 'unavailable', msg: 'no response from servers' },
    { about: ':gone', status: 404, code: 'not_found', msg: 'participant does not exist' },
  ]
  let counter = 0
  const addIngress = (roomName: string, inputType = IngressInput.RTMP_INPUT) => {
    const ingressId = `IN_${++counter}`
    const made = new IngressInfo({
      ingressId,
      roomName,
      inputType,
      url: inputType === IngressInput.WHIP_INPUT ? 'https://ingress.example/w' : 'rtmps://ingress.example/x',
      streamKey: `key-of-${ingressId}-that-is-secret`,
    })
    ingresses.set(ingressId, made)
    return made
  }
  const answers: Record<string, (body: Message) => unknown> = {
    'RoomService/CreateRoom': ({ name }) => {
      rooms.push({ name })
      return { name }
    },
    'RoomService/ListRooms': () => ({ rooms }),
    'RoomService/DeleteRoom': () => ({}),
    'RoomService/ListParticipants': () => ({ participants }),
    'Ingress/ListIngress': ({ room_name, ingress_id }) => ({
      items: [...ingresses.values()]
        .filter((one) => !room_name || one.roomName === room_name)
        .filter((one) => !ingress_id || one.ingressId === ingress_id)
        .map((one) => one.toJson()),
    }),
    'Ingress/CreateIngress': ({ room_name, input_type }) =>
      addIngress(
        String(room_name),
        input_type === 'WHIP_INPUT' ? IngressInput.WHIP_INPUT : IngressInput.RTMP_INPUT,
      ).toJson(),
    'Ingress/DeleteIngress': ({ ingress_id }) => {
      ingresses.delete(String(ingress_id))
      return {}
    },
    'Egress/ListEgress': () => ({ items: egresses.map((one) => one.toJson()) }),
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const method = (request.url ?? '').replace('/twirp/livekit.', '')
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}')
      calls.push({ method, body: snakeCase(body) })
      response.setHeader('content-type', 'application/json')
      const failure = failures.find(({ about }) => String(body.identity ?? '').endsWith(about))
      if (failure) response.statusCode = failure.status
      response.end(JSON.stringify(failure ?? answers[method]?.(snakeCase(body)) ?? {}))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    options: {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      apiKey: 'devkey',
      apiSecret: 'a-secret-of-forty-characters-for-the-tests',
    },
    calls,
    ingresses,
    addIngress,
    participants,
    /** A recording that has ended, of so many seconds. */
    record: (
      egressId: string,
      seconds: number,
      startedAt: number,
      status = EgressStatus.EGRESS_COMPLETE,
      format: 'mp4' | 'hls' = 'mp4',
    ) => {
      const nanoseconds = (value: number) => BigInt(value) * 1_000_000_000n
      const times = { startedAt: nanoseconds(startedAt), duration: nanoseconds(seconds) }
      const results =
        format === 'mp4'
          ? { fileResults: [{ filename: `recordings/${egressId}.mp4`, ...times }] }
          : { segmentResults: [{ playlistName: `recordings/${egressId}/index.m3u8`, ...times }] }
      egresses.push(new EgressInfo({ egressId, status, ...results }))
    },
    forget: (egressId: string) => {
      egresses.splice(0, egresses.length, ...egresses.filter((one) => one.egressId !== egressId))
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The SDK sends camel case, as protobuf's JSON may. */
function snakeCase(body: Message): Message {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  )
}
