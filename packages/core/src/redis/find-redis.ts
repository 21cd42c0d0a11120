// A door of its own for those who look for Redis or start one: behind it nothing of a client is loaded.
export { discoverRedis, publishPrivateRedis } from './discover.js';
export { endpointName, type RedisEndpoint } from './endpoint.js';
export { type PrivateRedis, startPrivateRedis } from './private-redis.js';
