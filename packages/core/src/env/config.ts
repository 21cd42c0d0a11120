// The whole environment parsed at once into one frozen record, or every problem in it together.
import { type Reading, readSetting } from './read-setting.js';
import type { Env, Setting } from './setting.js';
import { SETTINGS, type Values } from './settings.js';
import { expandHome, stateDir } from './state-dir.js';
import { warningsOf } from './warnings.js';

type Source =
  | 'redisUrl'
  | 'redisHost'
  | 'redisPort'
  | 'redisDb'
  | 'redisPassword'
  | 'redisCa'
  | 'redisTlsServername'
  | 'n8nWebhookUrl'
  | 'discordUpdatesWebhook';

export type RedisConfig =
  | { kind: 'url'; url: string; tls?: Readonly<{ ca?: string; servername?: string }> }
  | { kind: 'host'; host: string; port: number; db: number; password: string | null }
  | { kind: 'unset'; db: number; password: string | null };

/** Times are in `…Ms`, money in `…Micros` (millionths of a dollar); null means not set. */
export type Config = Readonly<
  Omit<
    Values,
    | Source
    | 'stateDir'
    | 'projectsRoots'
    | 'claudeModelFallbacks'
    | 'sandboxAllowedDomains'
    | 'sandboxPrivateAddresses'
    | 'sandboxHidden'
    | 'projectsGitUrls'
  > & {
    redis: Readonly<RedisConfig>;
    /** Where updates go: DISCORD_UPDATES_WEBHOOK, else N8N_WEBHOOK_URL. */
    updatesUrl: string | null;
    claudeModelFallbacks: readonly string[];
    sandboxAllowedDomains: readonly string[];
    sandboxPrivateAddresses: readonly string[];
    projectsGitUrls: readonly string[];
    /** Absolute. */
    sandboxHidden: readonly string[];
    /** Absolute, at least one. */
    projectsRoots: readonly string[];
    /** Absolute; not made yet (see `ensureStateDir`). */
    stateDir: string;
    /** All values that must not be shown, for `createRedactor`. */
    secrets: readonly string[];
  }
>;

export type ParsedConfig = { ok: true; config: Config; warnings: string[] } | { ok: false; problems: string[] };

const FIELDS = Object.entries(SETTINGS) as [keyof Values, Setting<unknown>][];

export function parseConfig(env: Env): ParsedConfig {
  const readings = new Map<keyof Values, Reading>(FIELDS.map(([field, setting]) => [field, readSetting(setting, env)]));
  const problems = [...readings.values()].flatMap((reading) => (reading.ok ? [] : [reading.problem]));
  const { warnings, refusals } = warningsOf(env, readings);
  problems.push(...refusals);
  if (problems.length > 0) return { ok: false, problems };
  // Each value was made by its own row's schema, which is what Values says.
  const values = Object.fromEntries([...readings].map(([field, reading]) => [field, reading.ok ? reading.value : null])) as Values;
  const given = (field: keyof Values) => isGiven(readings.get(field));
  return { ok: true, config: configOf(values, env, given), warnings };
}

const isGiven = (reading: Reading | undefined): boolean => reading?.ok === true && reading.given;

function configOf(values: Values, env: Env, given: (field: keyof Values) => boolean): Config {
  const {
    redisUrl,
    redisHost,
    redisPort,
    redisDb,
    redisPassword,
    redisCa,
    redisTlsServername,
    n8nWebhookUrl,
    discordUpdatesWebhook,
    ...rest
  } = values;
  const redis = redisOf(values, given('redisHost') || given('redisPort'));
  return Object.freeze({
    ...rest,
    redis: Object.freeze(redis),
    updatesUrl: discordUpdatesWebhook ?? n8nWebhookUrl,
    claudeModelFallbacks: Object.freeze(values.claudeModelFallbacks),
    sandboxAllowedDomains: Object.freeze(values.sandboxAllowedDomains),
    sandboxPrivateAddresses: Object.freeze(values.sandboxPrivateAddresses),
    projectsGitUrls: Object.freeze(values.projectsGitUrls),
    sandboxHidden: Object.freeze(values.sandboxHidden.map((path) => expandHome(path, env))),
    projectsRoots: Object.freeze(values.projectsRoots.map((root) => expandHome(root, env))),
    stateDir: stateDir(env),
    secrets: Object.freeze(secretsOf(values, redis)),
  });
}

function redisOf(
  { redisUrl, redisHost: host, redisPort: port, redisDb: db, redisPassword: password, redisCa: ca, redisTlsServername: servername }: Values,
  explicit: boolean,
): RedisConfig {
  if (redisUrl === null) return explicit ? { kind: 'host', host, port, db, password } : { kind: 'unset', db, password };
  const url = new URL(redisUrl);
  const known = { ...(ca === null ? {} : { ca }), ...(servername === null ? {} : { servername }) };
  const tls = url.protocol === 'rediss:' && Object.keys(known).length > 0 ? { tls: Object.freeze(known) } : {};
  if (password === null || url.password !== '') return { kind: 'url', url: redisUrl, ...tls };
  url.password = encodeURIComponent(password);
  return { kind: 'url', url: url.href, ...tls };
}

function secretsOf(values: Values, redis: RedisConfig): string[] {
  const secrets = FIELDS.filter(([, setting]) => setting.secret).flatMap(([field]) => textsOf(values[field]));
  const inUrl = redis.kind === 'url' ? new URL(redis.url).password : '';
  return [...secrets, ...(inUrl === '' ? [] : [inUrl, decodeURIComponent(inUrl)])];
}

function textsOf(value: Values[keyof Values]): string[] {
  if (!Array.isArray(value)) return value === null ? [] : [String(value)];
  return value.flatMap((one) => (typeof one !== 'object' ? [one] : 'token' in one ? [one.token] : []));
}
