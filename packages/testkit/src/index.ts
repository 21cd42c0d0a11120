// The outside world on one machine: Claude, n8n and a phone call, and what tests of the other packages lean on.
export { BadInputError } from './bad-input.js';
export type { FakeCall, Spoken } from './fake-call.js';
export { createFakeCall } from './fake-call.js';
export type { ControlInput, Fault } from './fake-claude/fault.js';
export type { RecordedRequest } from './fake-claude/request-log.js';
export type { ScenarioInput, TurnInput } from './fake-claude/scenario.js';
export { readScenario, shippedScenario, writeProjectFiles } from './fake-claude/scenario-file.js';
export type { FakeClaude } from './fake-claude/server.js';
export { startFakeClaude } from './fake-claude/server.js';
export type { Attempt, Delivery } from './fake-n8n/deliveries.js';
export type { N8nFaultInput } from './fake-n8n/faults.js';
export type { FakeN8n } from './fake-n8n/server.js';
export { startFakeN8n } from './fake-n8n/server.js';
export type { TempDir } from './temp-dir.js';
export { tempDir, withTempDir } from './temp-dir.js';
export type { TestRedis } from './test-redis.js';
export { startTestRedis } from './test-redis.js';
export { waitUntil } from './wait-until.js';
