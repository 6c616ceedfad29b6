import { isOpen, type Stream, type StreamEventBody, type StreamStore } from '@stagedoor/streaming-core'
import { sampleStream } from '@stagedoor/streaming-core/testing'
import fc from 'fast-check'

/** One call on a store. What it depends on is read from that store first, so that every store sees the same script. */
export type Step = (store: StreamStore) => Promise<unknown>

const oneOf = <Value>(...values: Value[]) => fc.constantFrom(...values)
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })
const text = fc.string({ unit: 'grapheme' })

// Ids whose order differs between locales, and few enough to meet.
const id = oneOf('a', 'B', 'b', 'Z-1', 'é')
const creatorId = oneOf('ava', 'Noa', 'sam')
const userId = oneOf('vic', 'Vic', 'ünal', '10', '9', '😀')
const adapterId = oneOf('ivs', 'livekit')
const key = oneOf('k1', 'k2')
const count = fc.integer({ min: 0, max: 5000 })
const limit = fc.integer({ min: 1, max: 4 })
const status = oneOf<Stream['status']>('ready', 'live', 'live', 'interrupted', 'ended', 'failed')
const inbox = fc.record({ adapterId, eventId: oneOf('e1', 'e2', 'e3', 'e4') })
const at = fc
  .integer({ min: 0, max: 12 })
  .map((step) => new Date(Date.UTC(2026, 0, 1) + step * 40_007).toISOString())

/** As it comes from JSON, without the U+0000 that PostgreSQL refuses. */
const json = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !JSON.stringify(value).includes('\\u0000'))
  .map((value) => JSON.parse(JSON.stringify(value)))

const events = fc.array(
  fc.oneof(
    fc.constant<StreamEventBody>({ type: 'stream.created' }),
    text.map((message): StreamEventBody => ({ type: 'stream.warned', message })),
  ),
  { maxLength: 3 },
)

const content = fc.record({
  title: text,
  access: fc.dictionary(text, json, { maxKeys: 3 }),
  adapterId,
  hasChannel: fc.boolean(),
  viewers: fc.record({ current: count, more: count }),
  usage: fc.record({ liveMs: count, viewerMs: count, until: fc.option(at) }),
  budgetReached: oneOf<Stream['budgetReached']>(0, 80, 100),
  optional: fc.record({ liveAt: at, endReason: text, observedAt: at }, { requiredKeys: [] }),
})
type Content = typeof content extends fc.Arbitrary<infer Value> ? Value : never

function build(streamId: string, made: Content, overrides: Partial<Stream>): Stream {
  const { hasChannel, viewers, optional, ...fields } = made
  return sampleStream({
    ...fields,
    ...optional,
    id: streamId,
    viewers: { current: viewers.current, peak: viewers.current + viewers.more },
    // A channel belongs to one stream.
    channel: hasChannel ? { id: `channel of ${streamId}`, details: { url: 'x' } } : null,
    ...overrides,
  })
}

function step<Input>(
  name: string,
  input: fc.Arbitrary<Input>,
  run: (store: StreamStore, input: Input) => Promise<unknown>,
) {
  return input.map((value): Step => {
    const call = (store: StreamStore) => run(store, value)
    return Object.assign(call, { [fc.toStringMethod]: () => `${name} ${JSON.stringify(value)}` })
  })
}

const insert = step(
  'insert',
  fc.record({ id, creatorId, status, createdAt: at, content, events, at }),
  (store, { content: made, events: log, at: now, ...fields }) =>
    store.insert(build(fields.id, made, fields), log, now),
)

const transition = step(
  'transition',
  fc.record({ id, status, off: oneOf(0, 0, 0, 0, 1, -1), content, events, inbox: maybe(inbox), at }),
  async (store, { id: streamId, inbox: event, ...change }) => {
    const present = (await store.get(streamId)) ?? sampleStream()
    const { creatorId: creator, createdAt, version } = present
    // Nothing leaves a closed status.
    const next = isOpen(present) ? change.status : present.status
    return store.transition({
      streamId,
      expectedVersion: version + change.off,
      next: build(streamId, change.content, { creatorId: creator, createdAt, status: next }),
      events: change.events,
      at: change.at,
      ...(event ? { inbox: event } : {}),
    })
  },
)

const list = step(
  'list',
  fc.record({
    status: maybe(fc.array(status, { maxLength: 3 })),
    creatorId: maybe(creatorId),
    after: maybe(fc.record({ createdAt: at, id })),
    limit,
  }),
  (store, query) => store.list(given(query)),
)

/** Any call with any input. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: insert },
  { weight: 8, arbitrary: transition },
  { weight: 3, arbitrary: list },
  {
    weight: 5,
    arbitrary: step('meter', fc.record({ streamId: id, viewers: maybe(count), at }), (store, reading) =>
      store.meter(given(reading)),
    ),
  },
  step('recordInbox', fc.tuple(inbox, at), (store, [event, now]) => store.recordInbox(event, now)),
  step('get', id, (store, streamId) => store.get(streamId)),
  step('findByChannel', fc.tuple(adapterId, id), (store, [adapter, streamId]) =>
    store.findByChannel(adapter, `channel of ${streamId}`),
  ),
  step('listUnsettled', fc.record({ afterId: maybe(id), limit }), (store, query) =>
    store.listUnsettled(given(query)),
  ),
  step('listEvents', fc.record({ streamId: id, afterSeq: fc.nat(5), limit }), (store, query) =>
    store.listEvents(query),
  ),
  step('denyViewer', fc.tuple(id, userId, at), (store, input) => store.denyViewer(...input)),
  step('allowViewer', fc.tuple(id, userId), (store, input) => store.allowViewer(...input)),
  step('isViewerDenied', fc.tuple(id, userId), (store, input) => store.isViewerDenied(...input)),
  step('listDeniedViewers', fc.record({ streamId: id, afterUserId: maybe(userId), limit }), (store, query) =>
    store.listDeniedViewers(given(query)),
  ),
  {
    weight: 3,
    arbitrary: step(
      'claimIdempotencyKey',
      fc.record({ key, fingerprint: oneOf('f1', 'f1', 'f2'), at, leaseSeconds: oneOf(0, 60, 40.007) }),
      (store, claim) => store.claimIdempotencyKey(claim),
    ),
  },
  step('completeIdempotencyKey', fc.tuple(key, json), (store, input) =>
    store.completeIdempotencyKey(...input),
  ),
  step('releaseIdempotencyKey', key, (store, one) => store.releaseIdempotencyKey(one)),
)

type Given<Input> = { [Key in keyof Input]: Exclude<Input[Key], undefined> }

/** Leaves out what is undefined. */
function given<Input extends object>(input: Input): Given<Input> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Given<Input>
}
