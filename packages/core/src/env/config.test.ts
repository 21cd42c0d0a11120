import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createRedactor } from '../redact.js';
import { type Config, parseConfig } from './config.js';

const dir = mkdtempSync(join(tmpdir(), 'tars-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Nobody's, and good for a hundred years. */
const CA = `-----BEGIN CERTIFICATE-----
MIIBbzCCARWgAwIBAgIUCPfyqTUGx3lLj7OTvmVwf8csiUcwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBdDAgFw0yNjEyMDEwMzUxMTlaGA8yMTI2MTEwNzAzNTExOVow
DDEKMAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN/XLf9MTG9e
g3mPN866+ZQD4BO01c1G0lR4HjE8aMVm3Uyk1WZZsjSSKegjERj3rCB9iO8sV8ji
6hlT0wjyvgCjUzBRMB0GA1UdDgQWBBRebeVnIypv1xhFC8CveRH7jGfWtjAfBgNV
HSMEGDAWgBRebeVnIypv1xhFC8CveRH7jGfWtjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIQCe+35Jmbaq44chJTtW6IMKUmig4jJyCjunzG+TIaM4
5AIgQbrFtDkwOjkiqpCJFSyVv+5hq0d8ISaNg+dEaeIkVG0=
-----END CERTIFICATE-----`;

const HOME = { HOME: '/home/me' };

function config(env: Record<string, string>): Config {
  const parsed = parseConfig({ ...HOME, ...env });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}

function problems(env: Record<string, string>): string[] {
  const parsed = parseConfig({ ...HOME, ...env });
  return parsed.ok ? [] : parsed.problems;
}

function warnings(env: Record<string, string>): string[] {
  const parsed = parseConfig({ ...HOME, ...env });
  return parsed.ok ? parsed.warnings : ['not ok'];
}

test('an empty environment gives the described defaults, and no warning', () => {
  expect(warnings({})).toEqual([]);
  expect(config({})).toEqual({
    anthropicApiKey: null,
    anthropicBaseUrl: null,
    claudeContextTokens: null,
    claudeModel: 'claude-sonnet-4-5',
    claudeModelFallbacks: ['claude-sonnet-5-5'],
    confirmationCode: null,
    confirmationMode: 'pin',
    totpSecret: null,
    questionTimeoutMs: null,
    confirmationTimeoutMs: 300_000,
    onConfirmationTimeout: 'fail',
    maxConfirmations: 20,
    confirmationSigningKey: null,
    confirmationPublicKey: null,
    updatesUrl: null,
    n8nWebhookToken: null,
    n8nWebhookSecret: null,
    detailedUpdates: true,
    hideCommandOutput: false,
    feedStyle: 'messages',
    discordWebhookUrl: null,
    discordPublicKey: null,
    discordButtons: false,
    discordUsers: null,
    discordMentionUser: null,
    redis: { kind: 'unset', db: 0, password: null },
    maxTaskRuntimeMs: 900_000,
    maxIterations: 50,
    deadEndAskAfter: 6,
    deadEndNudgeAfter: 3,
    maxDailyCostMicros: null,
    modelPrices: null,
    maxTaskCostMicros: 5_000_000,
    workerConcurrency: 2,
    workerPool: null,
    projectsRoots: ['/home/me'],
    projectsGitUrls: [],
    projectsGitPush: false,
    projectsGitMaxMb: 1024,
    sandbox: 'auto',
    sandboxAllowedDomains: expect.arrayContaining(['*.npmjs.org', 'pypi.org']),
    sandboxPrivateAddresses: [],
    sandboxHidden: [],
    sandboxKind: 'auto',
    taskMaxProcesses: 1024,
    taskMaxMemoryMb: null,
    taskMaxDiskMb: 20_480,
    onHostLoss: 'wait',
    bindAddress: '127.0.0.1',
    webhookPort: 5002,
    publicUrl: null,
    healthPort: null,
    webhookTokens: null,
    webhookSecrets: null,
    apiTokens: null,
    ownerTokens: null,
    taskRetentionMs: 7 * 86_400_000,
    keptMaxDiskMb: 20_000,
    auditRetentionMs: 30 * 86_400_000,
    stateDir: '/home/me/.local/state/tars',
    logLevel: 'info',
    logFormat: 'auto',
    secrets: [],
  });
});

test('an empty value counts as absent', () => {
  expect(config({ REDIS_HOST: '', MAX_ITERATIONS: ' ', N8N_WEBHOOK_URL: '' })).toEqual(config({}));
});

test('the config cannot be changed', () => {
  const parsed = config({});
  expect(Object.isFrozen(parsed)).toBe(true);
  expect([parsed.redis, parsed.projectsRoots, parsed.claudeModelFallbacks, parsed.sandboxAllowedDomains].every(Object.isFrozen)).toBe(true);
});

test('times and money are read in the units people use, fractions included', () => {
  expect(config({ MAX_TASK_RUNTIME_MINUTES: '0.5', CONFIRMATION_TIMEOUT_MINUTES: '.05', MAX_TASK_COST_USD: '0.25' })).toMatchObject({
    maxTaskRuntimeMs: 30_000,
    confirmationTimeoutMs: 3_000,
    maxTaskCostMicros: 250_000,
  });
});

test.each([
  ['true', true],
  ['FALSE', false],
  ['1', true],
  ['0', false],
  ['yes', true],
  ['no', false],
])('ENABLE_DETAILED_UPDATES=%s is %s', (text, value) => {
  expect(config({ ENABLE_DETAILED_UPDATES: text }).detailedUpdates).toBe(value);
});

test('what a Redis that is reached by TLS is known by goes with its URL, and nowhere else', () => {
  const known = { REDIS_CA: CA, REDIS_TLS_SERVERNAME: 'redis.example.com' };
  const tls = { ca: `${CA}\n`, servername: 'redis.example.com' };
  expect(config({ REDIS_URL: 'rediss://a:1', ...known }).redis).toEqual({ kind: 'url', url: 'rediss://a:1', tls });
  expect(config({ REDIS_URL: 'rediss://a:1', ...known, REDIS_PASSWORD: 'p' }).redis).toEqual({ kind: 'url', url: 'rediss://:p@a:1', tls });
  expect(config({ REDIS_URL: 'rediss://a:1', ...known, REDIS_CA: CA.replaceAll('\n', '\\n') }).redis).toMatchObject({ tls });
  expect(config({ REDIS_URL: 'redis://a:1', ...known }).redis).toEqual({ kind: 'url', url: 'redis://a:1' });
  expect(config({ REDIS_URL: 'rediss://a:1' }).redis).toEqual({ kind: 'url', url: 'rediss://a:1' });
});

test('REDIS_URL wins over the host; a host or port alone is explicit; a database alone is not', () => {
  expect(config({ REDIS_URL: 'redis://a:1/2', REDIS_HOST: 'b' }).redis).toEqual({ kind: 'url', url: 'redis://a:1/2' });
  expect(config({ REDIS_HOST: 'b' }).redis).toEqual({ kind: 'host', host: 'b', port: 6379, db: 0, password: null });
  expect(config({ REDIS_PORT: '7', REDIS_PASSWORD: 'pass' }).redis).toEqual({
    kind: 'host',
    host: 'localhost',
    port: 7,
    db: 0,
    password: 'pass',
  });
  expect(config({ REDIS_DB: '3' }).redis).toEqual({ kind: 'unset', db: 3, password: null });
});

test('REDIS_PASSWORD completes a REDIS_URL without one, and both spellings of it are secrets', () => {
  const parsed = config({ REDIS_URL: 'redis://a:1', REDIS_PASSWORD: 'p@ss/%word' });
  const { redis } = parsed;
  expect(redis.kind === 'url' && decodeURIComponent(new URL(redis.url).password)).toBe('p@ss/%word');
  expect(parsed.secrets).toEqual(expect.arrayContaining(['p@ss/%word', 'p%40ss%2F%25word']));
  expect(config({ REDIS_URL: 'redis://:own@a:1', REDIS_PASSWORD: 'other' }).redis).toEqual({ kind: 'url', url: 'redis://:own@a:1' });
});

test('the n8n URL loses a doubled prefix; DISCORD_UPDATES_WEBHOOK takes its place', () => {
  const n8n = { N8N_WEBHOOK_URL: 'N8N_WEBHOOK_URL=https://n8n.example.com/webhook/a' };
  expect(config(n8n).updatesUrl).toBe('https://n8n.example.com/webhook/a');
  expect(warnings(n8n)).toEqual([expect.stringMatching(/^N8N_WEBHOOK_URL: .*once more/)]);
  expect(config({ ...n8n, DISCORD_UPDATES_WEBHOOK: 'http://localhost:9/x' }).updatesUrl).toBe('http://localhost:9/x');
});

test("n8n's test address works, with a warning", () => {
  const url = 'https://n8n.example.com/webhook-test/a';
  expect(config({ N8N_WEBHOOK_URL: url }).updatesUrl).toBe(url);
  expect(warnings({ N8N_WEBHOOK_URL: url })).toEqual([expect.stringMatching(/^N8N_WEBHOOK_URL: .*test address/)]);
});

test('the sample code warns, and is refused in production', () => {
  expect(warnings({ CONFIRMATION_CODE: '6283' })).toEqual([expect.stringContaining('ANYONE CAN APPROVE')]);
  expect(problems({ CONFIRMATION_CODE: '6283', NODE_ENV: 'production' })).toEqual([
    expect.stringMatching(/^CONFIRMATION_CODE: .*refused with NODE_ENV=production/),
  ]);
  expect(problems({ CONFIRMATION_CODE: '83920571', NODE_ENV: 'production' })).toEqual([]);
});

test('buttons that could do nothing are warned about', () => {
  const key = 'a'.repeat(64);
  expect(warnings({ DISCORD_BUTTONS: 'true' })).toEqual([expect.stringMatching(/^DISCORD_BUTTONS: .*DISCORD_PUBLIC_KEY/)]);
  expect(warnings({ DISCORD_PUBLIC_KEY: key })).toEqual([expect.stringMatching(/^DISCORD_PUBLIC_KEY: .*DISCORD_USERS/)]);
  expect(warnings({ DISCORD_BUTTONS: 'true', DISCORD_PUBLIC_KEY: key, DISCORD_USERS: '123456789012345678' })).toEqual([]);
  expect(warnings({ DISCORD_PUBLIC_KEY: key, DISCORD_MENTION_USER: '123456789012345678' })).toEqual([]);
});

test('an unknown TARS_ name warns and says what was probably meant', () => {
  expect(warnings({ TARS_REDIS_HOST: 'a' })).toEqual(['TARS_REDIS_HOST: there is no such setting; did you mean REDIS_HOST?']);
  expect(warnings({ TARS_STATEDIR: '/a' })).toEqual(['TARS_STATEDIR: there is no such setting; did you mean TARS_STATE_DIR?']);
  expect(warnings({ TARS_SPEED: 'a' })).toEqual(['TARS_SPEED: there is no such setting.']);
  expect(warnings({ TARS_STATE_DIR: '/a', TARS_TASK_ID: 'a7f3', TARS_TASK_SINCE: '1', TARS_ATTEMPT: '1', TARS_COMMAND_ID: 'c' })).toEqual(
    [],
  );
});

test('every problem is told at once, each with its variable, the bad value and a way out', () => {
  const told = problems({
    REDIS_PORT: 'abc',
    SANDBOX: 'maybe',
    MAX_TASK_RUNTIME_MINUTES: '-3',
    ENABLE_DETAILED_UPDATES: 'perhaps',
    N8N_WEBHOOK_URL: 'n8n.example.com/webhook/x',
    PROJECTS_ROOT: 'code',
    ON_CONFIRMATION_TIMEOUT: 'ignore',
  });
  expect(told).toEqual([
    'ON_CONFIRMATION_TIMEOUT: "ignore" is not one of: fail, deny. Example: ON_CONFIRMATION_TIMEOUT=fail',
    'N8N_WEBHOOK_URL: the value (25 characters, not shown) is not a URL that begins with http:// or https://. Example: N8N_WEBHOOK_URL=https://n8n.example.com/webhook/your-webhook-id',
    'ENABLE_DETAILED_UPDATES: "perhaps" is neither true nor false (1, 0, yes and no also count). Example: ENABLE_DETAILED_UPDATES=true',
    'REDIS_PORT: "abc" is not a whole number from 1 to 65535. Example: REDIS_PORT=6379',
    'MAX_TASK_RUNTIME_MINUTES: "-3" is not a number of minutes above 0 and up to 10080 (fractions are fine). Example: MAX_TASK_RUNTIME_MINUTES=15',
    'PROJECTS_ROOT: "code" names a folder that begins neither with / nor with ~. Example: PROJECTS_ROOT=~/projects:/srv/code',
    'SANDBOX: "maybe" is not one of: auto, required, off. Example: SANDBOX=auto',
  ]);
});

test.each([
  ['REDIS_PORT', '0'],
  ['REDIS_PORT', '70000'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', 'redis://a/b/c'],
  ['REDIS_CA', '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----'],
  ['REDIS_TLS_SERVERNAME', '10.0.0.1'],
  ['REDIS_URL', 'redis://:50%@a'],
  ['MAX_ITERATIONS', '0'],
  ['MAX_ITERATIONS', '1.5'],
  ['MAX_TASK_RUNTIME_MINUTES', '0'],
  ['MAX_TASK_RUNTIME_MINUTES', 'Infinity'],
  ['MAX_TASK_RUNTIME_MINUTES', '15m'],
  ['MAX_TASK_RUNTIME_MINUTES', '.'],
  ['MAX_TASK_COST_USD', '$5'],
  ['CONFIRMATION_CODE', '123'],
  ['CONFIRMATION_CODE', '1234567890123'],
  ['CONFIRMATION_CODE', '12 34'],
  ['CONFIRMATION_SIGNING_KEY', 'nonsense'],
  ['TOTP_SECRET', 'short'],
  ['N8N_WEBHOOK_URL', 'ftp://a/b'],
  ['N8N_WEBHOOK_URL', 'https://me:secret@n8n.example.com/webhook/a'],
  ['N8N_WEBHOOK_URL', 'http://'],
  ['WORKER_POOL', 'a pool'],
  ['BIND_ADDRESS', 'all of them'],
  ['SANDBOX_ALLOWED_DOMAINS', 'https://example.com'],
  ['SANDBOX_ALLOWED_DOMAINS', '*'],
  ['SANDBOX_PRIVATE_ADDRESSES', '10.0.0.0/33'],
  ['SANDBOX_PRIVATE_ADDRESSES', 'registry.example'],
  ['SANDBOX_HIDDEN', 'secrets'],
  ['SANDBOX_KIND', 'docker'],
  ['TASK_MAX_PROCESSES', '1'],
  ['DISCORD_PUBLIC_KEY', 'abc'],
  ['DISCORD_MENTION_USER', '@me'],
  ['API_TOKEN', 'naïve'],
  ['API_TOKENS', 'a-token-without-a-name'],
  ['API_TOKENS', 'anna:short'],
  ['TARS_STATE_DIR', 'state'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s is refused', (name, value) => {
  expect(problems({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: .* Example: ${name}=`))]);
});

test("a secret's value is in no problem and no warning", () => {
  const canary = 'CANARY secret \u0000';
  const names = ['REDIS_URL', 'ANTHROPIC_API_KEY', 'CONFIRMATION_CODE', 'TOTP_SECRET', 'N8N_WEBHOOK_URL', 'WEBHOOK_TOKEN', 'API_TOKEN'];
  const told = problems(Object.fromEntries(names.map((name) => [name, canary])));
  expect(told).toHaveLength(names.length);
  expect(told.join()).not.toContain('CANARY');
});

test('a key pasted into the wrong variable is not repeated either', () => {
  expect(problems({ LOG_LEVEL: 'sk-ant-api03-abcdefghijkl' }).join()).not.toContain('abcdefghijkl');
});

test('several tokens count while one replaces the other, and people have their own', () => {
  const parsed = config({ API_TOKEN: 'the-old-one  the-new-one', API_TOKENS: 'anna:token-of-anna-0000 bert:token:of:bert-000' });
  expect(parsed.apiTokens).toEqual(['the-old-one', 'the-new-one']);
  expect(parsed.ownerTokens).toEqual([
    { owner: 'anna', token: 'token-of-anna-0000' },
    { owner: 'bert', token: 'token:of:bert-000' },
  ]);
  expect(createRedactor(parsed.secrets)('the-old-one, the-new-one and token-of-anna-0000')).toBe('[redacted], [redacted] and [redacted]');
});

test('secrets can come from files', () => {
  const file = join(dir, 'code');
  writeFileSync(file, '83920571\n');
  const parsed = config({ CONFIRMATION_CODE_FILE: file });
  expect(parsed.confirmationCode).toBe('83920571');
  expect(createRedactor(parsed.secrets)('code 8392 0571')).toBe('code [redacted]');
  expect(problems({ CONFIRMATION_CODE_FILE: file, CONFIRMATION_CODE: '1111' })).toEqual([expect.stringContaining('both set')]);
  expect(problems({ CONFIRMATION_CODE_FILE: join(dir, 'none') })).toEqual([expect.stringMatching(/cannot be read \(ENOENT\)/)]);
  expect(config({ LOG_LEVEL_FILE: file }).logLevel).toBe('info');
});

test('keys are taken with real or written-out line breaks; a private key is refused in place of the public one', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  expect(config({ CONFIRMATION_SIGNING_KEY: privatePem.replaceAll('\n', '\\n') }).confirmationSigningKey).toBe(privatePem);
  expect(config({ CONFIRMATION_PUBLIC_KEY: publicPem }).confirmationPublicKey).toBe(publicPem);
  expect(problems({ CONFIRMATION_PUBLIC_KEY: privatePem })).toHaveLength(1);
  expect(problems({ CONFIRMATION_PUBLIC_KEY: privatePem }).join()).not.toContain(privatePem.split('\n')[1] ?? 'none');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  expect(problems({ CONFIRMATION_SIGNING_KEY: rsa })).toHaveLength(1);
});

test('lists and folders are split, ~ is the home folder, none is the empty list', () => {
  const parsed = config({
    PROJECTS_ROOT: '~/code:/srv',
    SANDBOX_ALLOWED_DOMAINS: 'Example.com, *.example.org',
    CLAUDE_MODEL_FALLBACKS: 'none',
    TARS_STATE_DIR: '~/s',
    PUBLIC_URL: 'https://tars.example.com/',
  });
  expect(parsed).toMatchObject({
    projectsRoots: ['/home/me/code', '/srv'],
    sandboxAllowedDomains: ['example.com', '*.example.org'],
    claudeModelFallbacks: [],
    stateDir: '/home/me/s',
    publicUrl: 'https://tars.example.com',
  });
});
