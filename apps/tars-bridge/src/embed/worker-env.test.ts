import { expect, test } from '@jest/globals';
import { parseConfig, SETTING_SECTIONS } from '@tars/core/env';
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

test('what stays away from the worker is this and nothing else, so that every setting of its work reaches it', () => {
  const names = SETTING_SECTIONS.flatMap(({ settings }) => settings.map(({ name }) => name));
  const given = workerEnv(Object.fromEntries(names.map((name) => [name, 'x'])), SOCKET, '/state');
  expect(names.filter((name) => given[name] === undefined).sort()).toEqual([
    'API_TOKEN',
    'API_TOKENS',
    'AUDIT_RETENTION_DAYS',
    'BIND_ADDRESS',
    'CONFIRMATION_CODE',
    'CONFIRMATION_MODE',
    'CONFIRMATION_SIGNING_KEY',
    'DISCORD_BUTTONS',
    'DISCORD_MENTION_USER',
    'DISCORD_PUBLIC_KEY',
    'DISCORD_UPDATES_WEBHOOK',
    'DISCORD_USERS',
    'DISCORD_WEBHOOK_URL',
    'ENABLE_DETAILED_UPDATES',
    'FEED_STYLE',
    'HEALTH_PORT',
    'HIDE_COMMAND_OUTPUT',
    'N8N_WEBHOOK_SECRET',
    'N8N_WEBHOOK_TOKEN',
    'N8N_WEBHOOK_URL',
    'PUBLIC_URL',
    'REDIS_CA',
    'REDIS_DB',
    'REDIS_HOST',
    'REDIS_PASSWORD',
    'REDIS_PORT',
    'REDIS_TLS_SERVERNAME',
    'REDIS_URL',
    'TOTP_SECRET',
    'WEBHOOK_PORT',
    'WEBHOOK_SECRET',
    'WEBHOOK_TOKEN',
  ]);
});

test.each([
  [SOCKET, { kind: 'unset' }],
  [{ kind: 'url', url: 'redis://10.0.0.1:6380/2' } as const, { kind: 'url', url: 'redis://10.0.0.1:6380/2' }],
  [
    { kind: 'url', url: 'rediss://redis:6380', tls: { servername: 'redis.example.com' } } as const,
    { kind: 'url', url: 'rediss://redis:6380', tls: { servername: 'redis.example.com' } },
  ],
  [
    { kind: 'host', host: 'redis', port: 6390, db: 3, password: 'pw' } as const,
    { kind: 'host', host: 'redis', port: 6390, db: 3, password: 'pw' },
  ],
])('the worker reads the same place of Redis out of it: %j', (endpoint, read) => {
  const parsed = parseConfig(workerEnv(HOST_ENV, endpoint, '/state'));
  expect(parsed).toMatchObject({ ok: true, config: { redis: read, stateDir: '/state' }, warnings: [] });
});
