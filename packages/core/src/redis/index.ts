export { type Control, OWNER, type OwnedSide, openControl } from '../control.js';
export { type AuditLog, type AuditSettings, createAuditLog } from './audit-log.js';
export { connectRedis, type Redis, RedisUnreachableError } from './connect.js';
export { isConnectionLoss, redisTrouble } from './connection-loss.js';
export { type ConfiguredRedis, discoverRedis, publishPrivateRedis } from './discover.js';
export { type Bell, createBell, type DoorbellListener, listenDoorbell, queueName, type Ring } from './doorbell.js';
export { isDurable } from './durability.js';
export { endpointName, type RedisEndpoint } from './endpoint.js';
export type { LogEntry } from './event-log.js';
export { addFigures, readFigures } from './figures.js';
export { followTask } from './follow-task.js';
export { keys } from './keys.js';
export type { Counts, Page } from './listing.js';
export { type Hint, type News, RECHECK_MS, subscribeNews } from './news.js';
export { createOutbox, type Outbox, Refusal, type Taken } from './outbox.js';
export { outboxFigures } from './outbox-figures.js';
export { alive, announce, NotifierPresence, PRESENCE_MS, WorkerPresence, withdraw } from './presence.js';
export { findRedisServer, NoRedisServerError, type PrivateRedis, startPrivateRedis } from './private-redis.js';
export { holdProject, letGoOfProject } from './projects.js';
export { type QueueJobs, queueJobs } from './queue-jobs.js';
export { NewerRecordError, RECORD_VERSION } from './record-version.js';
export { type Forgotten, forgetTasks, tidyRecord } from './retention.js';
export type { DaySpent } from './spending.js';
export {
  type Author,
  type Change,
  CommitContentionError,
  type Committed,
  type Created,
  createTaskStore,
  type Known,
  type Once,
  OUTBOX_CHANNELS,
  type OutboxChannel,
  type TaskStore,
} from './store.js';
