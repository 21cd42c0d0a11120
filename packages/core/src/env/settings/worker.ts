// The settings of the work itself: the model, the limits, the projects, the sandbox.
import * as v from 'valibot';
import { ownPrices } from '../../prices.js';
import { optional, setting } from '../setting.js';
import {
  addressRange,
  baseUrl,
  dollars,
  domain,
  flag,
  folders,
  list,
  minutes,
  oneOf,
  paths,
  repository,
  token,
  wholeNumber,
} from '../values.js';

const PACKAGE_REGISTRIES = [
  '*.npmjs.org',
  '*.yarnpkg.com',
  'pypi.org',
  'files.pythonhosted.org',
  'crates.io',
  'index.crates.io',
  'static.crates.io',
  'proxy.golang.org',
  'sum.golang.org',
  'rubygems.org',
];

export const MODEL = {
  anthropicApiKey: optional({
    name: 'ANTHROPIC_API_KEY',
    doc: 'The key of the model, from console.anthropic.com. Only the worker needs it.',
    example: 'sk-ant-your-key',
    secret: true,
    schema: token,
  }),
  anthropicBaseUrl: optional({
    name: 'ANTHROPIC_BASE_URL',
    doc: 'Where the model is reached when it is not the usual address.',
    example: 'https://api.anthropic.com',
    schema: baseUrl,
  }),
  claudeModel: setting({ name: 'CLAUDE_MODEL', doc: '', default: 'claude-sonnet-4-5', schema: token }),
  claudeModelFallbacks: setting({
    name: 'CLAUDE_MODEL_FALLBACKS',
    doc: 'Taken in this order, at the start of the worker, when the model is retired or unknown. Comma-separated, or none.',
    default: 'claude-sonnet-5-5',
    schema: list(token),
  }),
  claudeContextTokens: optional({
    name: 'CLAUDE_CONTEXT_TOKENS',
    doc: 'How many tokens the model takes in at once. By default what the service says of it, else 200000.',
    example: '200000',
    schema: wholeNumber(8_000, 10_000_000),
  }),
  modelPrices: optional({
    name: 'MODEL_PRICES_JSON',
    doc: "Prices that count in place of TARS' own, in dollars per million tokens; the cost of a model without a price is unknown.",
    example: '{"my-model":{"input":4,"output":20,"cache_read":0.4,"cache_write_5m":5,"cache_write_1h":8}}',
    schema: ownPrices,
  }),
};

export const LIMITS = {
  maxTaskRuntimeMs: setting({
    name: 'MAX_TASK_RUNTIME_MINUTES',
    doc: 'Work time of one task; waiting for a human or for the model does not count. Fractions are fine.',
    default: '15',
    schema: minutes,
  }),
  maxIterations: setting({
    name: 'MAX_ITERATIONS',
    doc: 'Turns of the model in one task.',
    default: '50',
    schema: wholeNumber(1, 10_000),
  }),
  maxTaskCostMicros: setting({
    name: 'MAX_TASK_COST_USD',
    doc: 'What one task may cost, in US dollars.',
    default: '5',
    schema: dollars,
  }),
  maxDailyCostMicros: optional({
    name: 'MAX_DAILY_COST_USD',
    doc: 'What all tasks together may cost on one day (of UTC), in US dollars: a worker with this setting pauses its tasks when it is reached.',
    example: '20',
    schema: dollars,
  }),
  deadEndNudgeAfter: setting({
    name: 'DEAD_END_NUDGE_AFTER',
    doc: 'After so many repetitions without anything new the agent is told that it goes round in circles.',
    default: '3',
    schema: wholeNumber(2, 10_000),
  }),
  deadEndAskAfter: setting({
    name: 'DEAD_END_ASK_AFTER',
    doc: 'After so many the owner is asked; a task whose owner does not answer ends.',
    default: '6',
    schema: wholeNumber(2, 10_000),
  }),
};

export const WORKER = {
  workerConcurrency: setting({
    name: 'WORKER_CONCURRENCY',
    doc: 'Tasks that one worker works on at the same time.',
    default: '2',
    schema: wholeNumber(1, 64),
  }),
  workerPool: optional({
    name: 'WORKER_POOL',
    doc: 'The pool this worker serves; tasks go to the pool whose roots hold their project.',
    example: 'laptop',
    schema: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'is not up to 32 small letters, digits and hyphens')),
  }),
  projectsRoots: setting({
    name: 'PROJECTS_ROOT',
    doc: 'The folders whose projects TARS may work on, separated by colons.',
    default: '~',
    example: '~/projects:/srv/code',
    schema: folders,
  }),
  projectsGitUrls: setting({
    name: 'PROJECTS_GIT_URLS',
    doc: 'The git repositories that workers may clone as projects, separated by commas; a * at the end stands for all below. none: no repository.',
    default: 'none',
    example: 'https://github.com/my-name/*,git@git.example.com:team/site.git',
    schema: list(repository),
  }),
  projectsGitPush: setting({
    name: 'PROJECTS_GIT_PUSH',
    doc: 'true: the branch of a task that finished in a clone is pushed to where it was cloned from. false: it is kept as a bundle, and nothing is pushed.',
    default: 'false',
    schema: flag,
  }),
  projectsGitMaxMb: setting({
    name: 'PROJECTS_GIT_MAX_MB',
    doc: 'How large a clone may be, in megabytes: what is fetched, and the files of the project.',
    default: '1024',
    schema: wholeNumber(1, 1_000_000),
  }),
  sandbox: setting({
    name: 'SANDBOX',
    doc: 'auto: commands run in a sandbox where the machine can. required: refuse to work without one. off: never.',
    default: 'auto',
    schema: oneOf('auto', 'required', 'off'),
  }),
  sandboxAllowedDomains: setting({
    name: 'SANDBOX_ALLOWED_DOMAINS',
    doc: 'What commands in the sandbox may reach: domain names separated by commas, or none. By default package registries.',
    default: PACKAGE_REGISTRIES.join(','),
    example: '*.npmjs.org,*.example.com',
    schema: list(domain),
  }),
  sandboxPrivateAddresses: setting({
    name: 'SANDBOX_PRIVATE_ADDRESSES',
    doc: 'Addresses or ranges that allowed domains may lead to although they are of a private network or this machine, such as a registry in the office.',
    default: 'none',
    example: '10.1.0.0/16,192.168.7.5',
    schema: list(addressRange),
  }),
  sandboxHidden: setting({
    name: 'SANDBOX_HIDDEN',
    doc: "More files and folders that no command may read, separated by colons, or none; the owner's known credentials are hidden anyway.",
    default: 'none',
    example: '~/.config/my-bank:/srv/secrets',
    schema: paths,
  }),
  sandboxKind: setting({
    name: 'SANDBOX_KIND',
    doc: 'Which sandbox: bubblewrap or sandbox-runtime. auto: bubblewrap on Linux, sandbox-runtime on macOS.',
    default: 'auto',
    schema: oneOf('auto', 'bubblewrap', 'sandbox-runtime'),
  }),
  taskMaxProcesses: setting({
    name: 'TASK_MAX_PROCESSES',
    doc: 'Processes and threads that the commands of one task may have at once.',
    default: '1024',
    schema: wholeNumber(16, 1_000_000),
  }),
  taskMaxMemoryMb: optional({
    name: 'TASK_MAX_MEMORY_MB',
    doc: "Memory that the commands of one task may have at once, in megabytes. By default three quarters of the machine's.",
    example: '4096',
    schema: wholeNumber(64, 100_000_000),
  }),
  taskMaxDiskMb: setting({
    name: 'TASK_MAX_DISK_MB',
    doc: 'How much fuller one command may make the disk, in megabytes; also the size of the largest file.',
    default: '20480',
    schema: wholeNumber(16, 100_000_000),
  }),
  onHostLoss: setting({
    name: 'ON_HOST_LOSS',
    doc: 'When the machine of a running task is gone. wait: for its return. fail: the task. take: work on elsewhere.',
    default: 'wait',
    schema: oneOf('wait', 'fail', 'take'),
  }),
};
