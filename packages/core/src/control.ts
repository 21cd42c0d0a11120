// The commanding side of TARS in one process: the record, the bell, the news, the functions and the verifier of codes.
import { type CodeVerifier, createCodeVerifier } from './confirmation/code.js';
import { type Confirmations, createConfirmations } from './confirmation/confirmations.js';
import { createTotpVerifier } from './confirmation/totp.js';
import type { Config } from './env/config.js';
import { loadSigningKeys } from './env/signing-keys.js';
import type { FunctionSettings } from './functions/deps.js';
import { createFunctions, type Functions } from './functions/functions.js';
import { INSTALLATION_ROOT, isOwnRepository } from './installation-root.js';
import { createRedactor, type Redact } from './redact.js';
import { type AuditLog, createAuditLog } from './redis/audit-log.js';
import { connectRedis, type Redis } from './redis/connect.js';
import { type Bell, createBell } from './redis/doorbell.js';
import type { RedisEndpoint } from './redis/endpoint.js';
import { type News, subscribeNews } from './redis/news.js';
import { ownedAudit, ownedStore } from './redis/owned.js';
import { createTaskStore, type TaskStore } from './redis/store.js';
import { traced } from './trace-calls.js';

export type Control = {
  endpoint: RedisEndpoint;
  redis: Redis;
  store: TaskStore;
  bell: Bell;
  news: News;
  confirmations: Confirmations;
  audit: AuditLog;
  /** Takes every secret of the settings, the code included, out of a text. */
  redact: Redact;
  functions: Functions;
  /** The same for one of several people, who sees and commands only what is theirs. */
  ownedBy(owner: string): OwnedSide;
  /** Aborts with `close`: whatever lives on what is opened here ends. */
  closed: AbortSignal;
  close(): Promise<void>;
};

export type OwnedSide = { store: TaskStore; audit: AuditLog; confirmations: Confirmations; functions: Functions };

/** One installation serves one person, unless API_TOKENS names more; processes of several system users must agree on who that is. */
export const OWNER = 'owner';

/**
 * Opens everything, or throws `RedisUnreachableError`. Later losses of Redis are told to `onError` and mended.
 * A process that stays also lets the confirmations attend (`confirmations.attend`); one that only passes by must not.
 */
export async function openControl(options: {
  config: Config;
  endpoint: RedisEndpoint;
  onError: (error: Error) => void;
  persona?: string;
}): Promise<Control> {
  const { config, endpoint, onError, persona = 'sir' } = options;
  const signingKeyPem = loadSigningKeys(config).privateKeyPem;
  const redis = await connectRedis(endpoint, onError);
  const news = await subscribeNews(redis, onError).catch((error: unknown) => {
    redis.destroy();
    throw error;
  });
  const bell = createBell(endpoint);
  const redact = createRedactor(config.secrets);
  const auditing = { retentionMs: config.auditRetentionMs, redact };
  const audit = createAuditLog(redis, auditing);
  const store = createTaskStore(redis, auditing);
  const verifier = verifierOf(config);
  const sideOf = (store: TaskStore, audit: AuditLog, owner: string): OwnedSide => {
    const confirmations = createConfirmations({ store, redis, audit, verifier, signingKeyPem, redact });
    const settings = functionSettings(config, persona, owner);
    const functions = traced(createFunctions({ redis, store, bell, news, confirmations, redact, settings, clock: Date.now }));
    return { store, audit, confirmations, functions };
  };
  const closing = new AbortController();
  return {
    endpoint,
    redis,
    bell,
    news,
    redact,
    ...sideOf(store, audit, OWNER),
    ownedBy: (owner) => sideOf(ownedStore(store, redis, owner), ownedAudit(audit, redis, owner), owner),
    closed: closing.signal,
    async close() {
      closing.abort();
      await Promise.all([news.close(), bell.close()]);
      redis.destroy();
    },
  };
}

/** Null: nothing can be approved. */
function verifierOf({ confirmationMode, confirmationCode, totpSecret }: Config): CodeVerifier | null {
  if (confirmationMode === 'totp') return totpSecret === null ? null : createTotpVerifier(totpSecret);
  return confirmationCode === null ? null : createCodeVerifier(confirmationCode);
}

const functionSettings = (config: Config, persona: string, owner: string): FunctionSettings => ({
  limits: {
    workMs: config.maxTaskRuntimeMs,
    turns: config.maxIterations,
    confirmationMs: config.confirmationTimeoutMs,
    onSilence: config.onConfirmationTimeout,
    costMicros: config.maxTaskCostMicros,
    confirmations: config.maxConfirmations,
    questionMs: config.questionTimeoutMs ?? config.confirmationTimeoutMs,
    deadEnds: { nudgeAfter: config.deadEndNudgeAfter, askAfter: config.deadEndAskAfter },
  },
  verbose: config.detailedUpdates,
  projectsRoots: config.projectsRoots,
  repositories: config.projectsGitUrls,
  reserved: [config.stateDir, ...(isOwnRepository ? [INSTALLATION_ROOT] : [])],
  owner,
  persona,
});
