export { type RedisEventBusOptions, redisEventBus } from './event-bus.ts'
export type { RedisClient, RedisSubscriber } from './redis-client.ts'
