export { type FakeGateway, fakeGateway } from './fake-gateway.ts'
export {
  type FakeBookLine,
  type FakeBooks,
  type FakeControl,
  type FakeFaults,
  type FakeOptions,
  type FakePersistence,
  fakeInstruments,
} from './fake-options.ts'
export { signTestWebhook, type TestWebhook } from './sign-test-webhook.ts'
