// What the worker's environment holds: an allow-list, because commands of a task run below it. No code, no token, no webhook.
import { type Env, SETTING_SECTIONS } from '@tars/core/env';
import type { RedisEndpoint } from '@tars/core/redis';

const PLATFORM = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
];
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
/** Whole sections of the settings, so that a new one among them reaches the worker without being listed here too. */
const SECTIONS = ['The model', 'Limits of one task', 'Worker'];
const OF_ITS_SECTIONS = SETTING_SECTIONS.filter(({ title }) => SECTIONS.includes(title)).flatMap(({ settings }) =>
  settings.flatMap(({ name, fromFile }) => (fromFile ? [name, `${name}_FILE`] : [name])),
);
const OF_CONFIRMATION = [
  'CONFIRMATION_TIMEOUT_MINUTES',
  'ON_CONFIRMATION_TIMEOUT',
  'QUESTION_TIMEOUT_MINUTES',
  'MAX_CONFIRMATIONS_PER_TASK',
  'CONFIRMATION_PUBLIC_KEY',
  'CONFIRMATION_PUBLIC_KEY_FILE',
];
/** By which the owner's git gets out; what a helper of its needs beyond that it must find by itself. */
const GIT = ['SSH_AUTH_SOCK', 'GIT_SSH_COMMAND', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_CONFIG_GLOBAL'];
/** For tracing; a collector's own token may be among them, which is no key to anything of TARS. */
const TRACING = [
  'NODE_OPTIONS',
  'OTEL_SDK_DISABLED',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_BSP_SCHEDULE_DELAY',
];
const REST = ['TASK_RETENTION_DAYS', 'KEPT_MAX_DISK_MB', 'LOG_LEVEL', 'LOG_FORMAT', 'NO_COLOR'];

const ALLOWED: readonly string[] = [...PLATFORM, ...PROXIES, ...OF_ITS_SECTIONS, ...OF_CONFIRMATION, ...GIT, ...TRACING, ...REST];

/** A private Redis has no variable: the worker finds its socket in the state directory, where it was published. */
export function workerEnv(env: Env, endpoint: RedisEndpoint, stateDir: string): Record<string, string> {
  const allowed = ALLOWED.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(allowed), ...redisVariables(endpoint), TARS_STATE_DIR: stateDir };
}

function redisVariables(endpoint: RedisEndpoint): Record<string, string> {
  switch (endpoint.kind) {
    case 'socket':
      return {};
    case 'url':
      return {
        REDIS_URL: endpoint.url,
        ...(endpoint.tls?.ca === undefined ? {} : { REDIS_CA: endpoint.tls.ca }),
        ...(endpoint.tls?.servername === undefined ? {} : { REDIS_TLS_SERVERNAME: endpoint.tls.servername }),
      };
    case 'host':
      return {
        REDIS_HOST: endpoint.host,
        REDIS_PORT: String(endpoint.port),
        REDIS_DB: String(endpoint.db),
        ...(endpoint.password === null ? {} : { REDIS_PASSWORD: endpoint.password }),
      };
  }
}
