// The settings of what listens, what is kept and what is logged.
import * as v from 'valibot';
import { optional, setting } from '../setting.js';
import { address, baseUrl, days, listenPort, oneOf, ownerTokens, tokens, wholeNumber } from '../values.js';

export const HTTP = {
  bindAddress: setting({
    name: 'BIND_ADDRESS',
    doc: 'The address the api listens on. 0.0.0.0 for all, then set the tokens below.',
    default: '127.0.0.1',
    schema: address,
  }),
  webhookPort: setting({ name: 'WEBHOOK_PORT', doc: '', default: '5002', schema: listenPort }),
  publicUrl: optional({
    name: 'PUBLIC_URL',
    doc: 'The address under which people reach the api and its pages through a proxy or tunnel; links in updates begin with it.',
    example: 'https://tars.example.com',
    schema: baseUrl,
  }),
  healthPort: optional({
    name: 'HEALTH_PORT',
    doc: 'Worker and notifier answer livez, readyz and metrics here.',
    example: '9102',
    schema: listenPort,
  }),
  webhookTokens: optional({
    name: 'WEBHOOK_TOKEN',
    doc: 'The bearer token n8n must send with a confirmation. Without one only this machine may. Several, parted by spaces, count while one replaces the other.',
    example: 'a-long-random-text',
    secret: true,
    schema: tokens,
  }),
  webhookSecrets: optional({
    name: 'WEBHOOK_SECRET',
    doc: 'Instead of the token: confirmations signed with Standard Webhooks headers. Several may be given as above.',
    example: 'a-long-random-text',
    secret: true,
    schema: tokens,
  }),
  apiTokens: optional({
    name: 'API_TOKEN',
    doc: 'The bearer token of every other route. Without one only this machine is served. Several may be given as above.',
    example: 'a-long-random-text',
    secret: true,
    schema: tokens,
  }),
  ownerTokens: optional({
    name: 'API_TOKENS',
    doc: 'More people, each with a bearer token: name:token, parted by spaces. Each sees and commands the tasks begun with that token alone.',
    example: 'anna:a-long-random-text bert:another-long-random-text',
    secret: true,
    schema: ownerTokens,
  }),
};

export const KEEPING = {
  taskRetentionMs: setting({
    name: 'TASK_RETENTION_DAYS',
    doc: 'How long an ended task is remembered. The setting of the worker counts, and that of `tars purge`.',
    default: '7',
    schema: days,
  }),
  keptMaxDiskMb: setting({
    name: 'KEPT_MAX_DISK_MB',
    doc: "How much of a worker machine's disk the outputs and snapshots of its tasks may take together, in megabytes; beyond it the tasks that ended first lose theirs.",
    default: '20000',
    schema: wholeNumber(1, 100_000_000),
  }),
  auditRetentionMs: setting({ name: 'AUDIT_RETENTION_DAYS', doc: 'How long the audit trail is kept.', default: '30', schema: days }),
  stateDir: optional({
    name: 'TARS_STATE_DIR',
    doc: 'Keys, full command outputs and snapshots live here. By default $XDG_STATE_HOME/tars or ~/.local/state/tars.',
    example: '~/.local/state/tars',
    schema: v.pipe(v.string(), v.regex(/^(\/|~(\/|$))[^\0]*$/, 'begins neither with / nor with ~')),
  }),
  logLevel: setting({ name: 'LOG_LEVEL', doc: '', default: 'info', example: 'debug', schema: oneOf('debug', 'info', 'warn', 'error') }),
  logFormat: setting({
    name: 'LOG_FORMAT',
    doc: 'json: one object per line. pretty: for people. auto: pretty on a terminal, otherwise json.',
    default: 'auto',
    example: 'json',
    schema: oneOf('auto', 'json', 'pretty'),
  }),
};
