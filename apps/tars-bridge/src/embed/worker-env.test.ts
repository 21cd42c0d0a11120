import { expect, test } from '@jest/globals';
import { parseConfig } from '@tars/core/env';
import { workerEnv } from './worker-env.js';

const SOCKET = { kind: 'socket', path: '/tmp/redis.sock' } as const;
const HOST_ENV = {
  PATH: '/usr/bin',
  HOME: '/home/tars',
  ANTHROPIC_API_KEY: 'sk-ant-key',
  WORKER_CONCURRENCY: '3',
  PROJECTS_ROOT: '/projects',
  REDIS_PASSWORD: 'of the host',
  CONFIRMATION_CODE: '4719',
  CONFIRMATION_CODE_FILE: '/secrets/code',
  CONFIRMATION_SIGNING_KEY: 'private',
  TOTP_SECRET: 'ABCDEFGHABCDEFGH',
  WEBHOOK_TOKEN: 'w',
  WEBHOOK_SECRET: 'w',
  API_TOKEN: 'a',
  N8N_WEBHOOK_URL: 'https://n8n.example.com/webhook/x',
  N8N_WEBHOOK_TOKEN: 'n',
  DISCORD_UPDATES_WEBHOOK: 'https://n8n.example.com/webhook/y',
  AWS_SECRET_ACCESS_KEY: 'of somebody else',
  GITHUB_TOKEN: 'of somebody else',
};

test('the worker gets what it works with, and neither codes, nor tokens, nor webhooks, nor what is not ours', () => {
  expect(workerEnv(HOST_ENV, SOCKET, '/state')).toStrictEqual({
    PATH: '/usr/bin',
    HOME: '/home/tars',
    ANTHROPIC_API_KEY: 'sk-ant-key',
    WORKER_CONCURRENCY: '3',
    PROJECTS_ROOT: '/projects',
    TARS_STATE_DIR: '/state',
  });
});

test.each([
  [SOCKET, { kind: 'unset' }],
  [{ kind: 'url', url: 'redis://10.0.0.1:6380/2' } as const, { kind: 'url', url: 'redis://10.0.0.1:6380/2' }],
  [
    { kind: 'host', host: 'redis', port: 6390, db: 3, password: 'pw' } as const,
    { kind: 'host', host: 'redis', port: 6390, db: 3, password: 'pw' },
  ],
])('the worker reads the same place of Redis out of it: %j', (endpoint, read) => {
  const parsed = parseConfig(workerEnv(HOST_ENV, endpoint, '/state'));
  expect(parsed).toMatchObject({ ok: true, config: { redis: read, stateDir: '/state' }, warnings: [] });
});
